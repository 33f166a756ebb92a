// The first screen: signing in, or making the owner on a server that has no user yet.
import { useT } from "~/i18n";
import { useSession } from "~/api/session";
import { LanguageMenu, ThemeMenu } from "~/app/menus";
import { SetupForm } from "./SetupForm";
import { SignInForm } from "./SignInForm";
import "./SignIn.css";

export default function SignIn() {
  const t = useT();
  const isSetup = !!useSession().data?.setupNeeded;
  const title = isSetup ? t.signIn.setupTitle : t.signIn.title;
  return (
    <main className="sign-in">
      <title>{`${title} · Pawl`}</title>
      <div className="sign-in-tools">
        <LanguageMenu />
        <ThemeMenu />
      </div>
      <section className="sign-in-card" aria-labelledby="sign-in-title">
        <header className="sign-in-head">
          <img src="/console/icon.svg" width="40" height="40" alt="Pawl" />
          <h1 id="sign-in-title">{title}</h1>
          <p className="muted">{isSetup ? t.signIn.setupLead : t.signIn.lead}</p>
        </header>
        {isSetup ? <SetupForm /> : <SignInForm />}
      </section>
    </main>
  );
}
