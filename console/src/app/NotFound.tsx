import { Link } from "wouter";
import { useT } from "~/i18n";
import { Empty } from "~/ui";
import { Page } from "./Page";
import { HOME } from "./routes";

export function NotFound() {
  const t = useT();
  return (
    <Page title={t.app.errors.notFoundTitle} hideTitle>
      <Empty
        icon="map"
        title={t.app.errors.notFoundTitle}
        text={t.app.errors.notFoundText}
        actions={
          <Link href={HOME} className="ui-button ui-button-plain">
            {t.app.errors.notFoundLink}
          </Link>
        }
      />
    </Page>
  );
}
