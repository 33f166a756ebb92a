// Which of the last requests a filter would let through, before it is saved.
import { Suspense, useState } from "react";
import { ErrorBoundary } from "~/app/ErrorBoundary";
import { useT } from "~/i18n";
import { Button, Skeleton } from "~/ui";
import type { FilterProps } from "./FilterOutcomes";
import { FilterOutcomes } from "./uses";

export function FilterTry(props: FilterProps) {
  const t = useT();
  const [isOpen, setOpen] = useState(false);
  return (
    <section className="trigger-filter" aria-label={t.trigger.filterTry}>
      <Button icon="filter" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {t.trigger.filterTry}
      </Button>
      {isOpen && (
        <ErrorBoundary>
          <Suspense fallback={<Skeleton lines={3} />}>
            <FilterOutcomes.Shown {...props} />
          </Suspense>
        </ErrorBoundary>
      )}
    </section>
  );
}
