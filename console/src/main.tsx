import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App, startSession } from "./app/App";
import { firstLanguage } from "./i18n";
import "./theme/tokens.css";
import "./theme/base.css";
import { startTheme } from "./theme/theme";

startTheme();
// A page out of the browser's history shows what it showed: perhaps to somebody else.
window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
void startSession();
void firstLanguage().then((language) => {
  createRoot(document.getElementById("root") as HTMLElement).render(
    <StrictMode>
      <App language={language} />
    </StrictMode>,
  );
});
