// Examples to begin with.
import { useLocation } from "wouter";
import { useT } from "~/i18n";
import { Badge, Button, Dialog, errorText, ErrorState, Skeleton, toast } from "~/ui";
import { createFromExample, useChange, useExamples, type Example } from "./data";
import { Trigger } from "./Trigger";

export function Gallery() {
  const t = useT();
  const examples = useExamples();
  if (examples.isPending) return <Skeleton />;
  if (examples.isError) return <ErrorState error={examples.error} onRetry={() => void examples.refetch()} />;
  return (
    <ul className="gallery" aria-label={t.workflows.examples}>
      {examples.data.items.map((example) => (
        <Card key={example.name} example={example} />
      ))}
    </ul>
  );
}

function Card({ example }: { example: Example }) {
  const t = useT();
  const [, go] = useLocation();
  const create = useChange(() => createFromExample(example));
  const use = () =>
    create.mutate(undefined, {
      onSuccess: (workflow) => go(`/workflows/${workflow.id}`),
      onError: (error) => toast.error(errorText(error, t)),
    });
  const nodes = example.document.nodes as unknown as unknown[];
  return (
    <li className="gallery-card">
      <h3>{example.name}</h3>
      <p className="muted">{t.say(example.description)}</p>
      <div className="gallery-foot">
        <Trigger type={example.trigger} />
        <Badge>{t.workflows.exampleNodes(nodes.length)}</Badge>
        <Button size="s" busy={create.isPending} aria-label={`${t.workflows.exampleOpen}: ${example.name}`} onClick={use}>
          {t.workflows.exampleOpen}
        </Button>
      </div>
    </li>
  );
}

export function GalleryDialog({ onClose }: { onClose: () => void }) {
  const t = useT();
  return (
    <Dialog title={t.workflows.examples} width="l" onClose={onClose}>
      <p className="muted">{t.workflows.examplesLead}</p>
      <Gallery />
    </Dialog>
  );
}
