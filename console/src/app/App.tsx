// The frame: who is signed in, which screen, what holds for all of them.
import { QueryClientProvider } from "@tanstack/react-query";
import { Suspense, useEffect, useState } from "react";
import { Redirect, Route, Router, Switch, useLocation } from "wouter";
import { startLive, stopLive } from "~/api/live";
import { prefetchSession, useSession } from "~/api/session";
import { I18nProvider } from "~/i18n";
import { useWhenIdle } from "~/lib/useWhenIdle";
import { ErrorState, Skeleton, Toasts } from "~/ui";
import { ErrorBoundary } from "./ErrorBoundary";
import { Layout } from "./Layout";
import { NotFound } from "./NotFound";
import { createQueryClient, useLiveQueries } from "./queries";
import { HOME, preloadNavigation, screens, signIn } from "./routes";
import { safeReturnPath } from "./returnPath";
import { Splash } from "./Splash";

const queries = createQueryClient();

/** Asks who is signed in, before anything is drawn. */
export const startSession = (): Promise<void> => prefetchSession(queries);

type Language = Parameters<typeof I18nProvider>[0]["first"];

export function App({ language }: { language: Language }) {
  return (
    <I18nProvider first={language}>
      <QueryClientProvider client={queries}>
        <Router base="/console">
          <Gate />
          <Toasts />
        </Router>
      </QueryClientProvider>
    </I18nProvider>
  );
}

/** Everything but the sign-in screen needs a session. */
function Gate() {
  const session = useSession();
  const [path] = useLocation();
  if (session.isPending) return <Splash />;
  if (session.isError) return <ErrorState error={session.error} onRetry={() => void session.refetch()} />;
  const isSignIn = path === signIn.path;
  if (!session.data.user && !isSignIn) {
    const back = path + window.location.search;
    const query = back === "/" ? "" : `?next=${encodeURIComponent(back)}`;
    // The fragment may hold the setup token.
    return <Redirect to={signIn.path + query + window.location.hash} replace />;
  }
  if (!session.data.user)
    return (
      <Suspense fallback={<Splash />}>
        <signIn.screen />
      </Suspense>
    );
  if (isSignIn) return <Redirect to={safeReturnPath(new URLSearchParams(window.location.search).get("next"))} replace />;
  return (
    <Suspense fallback={<Splash />}>
      <SignedIn />
    </Suspense>
  );
}

function SignedIn() {
  const [path] = useLocation();
  useLiveQueries();
  // As it was first answered, before anything else was read.
  const [lastEventId] = useState(useSession().data?.lastEventId);
  useEffect(() => {
    startLive(lastEventId);
    return stopLive;
  }, [lastEventId]);
  return (
    <Layout>
      <ErrorBoundary key={path}>
        <Suspense fallback={<Skeleton lines={6} />}>
          <Switch>
            {screens.map(({ path, screen: Screen }) => (
              <Route key={path} path={path} component={Screen} />
            ))}
            <Route path="/">
              <Redirect to={HOME} replace />
            </Route>
            <Route>
              <NotFound />
            </Route>
          </Switch>
          <Preload />
        </Suspense>
      </ErrorBoundary>
    </Layout>
  );
}

/** Once there is a screen to see. What a browser without idle callbacks opens is loaded then. */
function Preload() {
  useWhenIdle(preloadNavigation);
  return null;
}
