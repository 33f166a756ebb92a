import { Component, type ErrorInfo, type ReactNode } from "react";
import { useT } from "~/i18n";
import { Button, Empty } from "~/ui";

interface Props {
  children: ReactNode;
  /** What stands in the place of what breaks; null where one does as well without it. */
  fallback?: ReactNode;
}

interface State {
  hasFailed: boolean;
}

/** A screen that breaks takes down itself and not the frame. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { hasFailed: false };

  static getDerivedStateFromError(): State {
    return { hasFailed: true };
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error(error, info.componentStack);
  }

  override render(): ReactNode {
    const { children, fallback = <Broken /> } = this.props;
    return this.state.hasFailed ? fallback : children;
  }
}

function Broken() {
  const t = useT();
  return (
    <Empty
      icon="triangle"
      title={t.app.errors.screenTitle}
      text={t.app.errors.screenText}
      actions={
        <Button icon="refresh" onClick={() => window.location.reload()}>
          {t.common.reload}
        </Button>
      }
    />
  );
}
