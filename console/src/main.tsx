import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App, startSession } from "./app/App";
import { preloadFirst } from "./app/routes";
import { firstLanguage } from "./i18n";
import "./theme/tokens.css";
import "./theme/base.css";
import { startTheme } from "./theme/theme";

startTheme();
// A page out of the browser's history shows what it showed: perhaps to somebody else.
window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
void startSession();
const messages = firstLanguage();
// At the same time, so that one does not wait for the other.
preloadFirst(location.pathname.replace(/^\/console/, "") || "/");
void messages.then((language) => {
  createRoot(document.getElementById("root") as HTMLElement).render(
    <StrictMode>
      <App language={language} />
    </StrictMode>,
  );
});
