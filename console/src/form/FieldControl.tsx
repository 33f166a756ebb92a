// The control that fits a field's kind.
import { BooleanControl, ChoiceControl, ChoicesControl } from "./ChoiceControl";
import { ConditionControl } from "./ConditionControl";
import { ObjectControl, VariantControl } from "./ContainerControls";
import type { ControlProps } from "./FormField";
import { ListControl, MapControl } from "./ItemControls";
import { SecretControl } from "./SecretControl";
import { TextControl } from "./TextControl";
import { ValueControl } from "./ValueControl";

export function FieldControl(props: ControlProps) {
  const { field } = props;
  const isContainer = ["object", "variant", "list", "map"].includes(field.kind);
  if (field.isSecret && !isContainer) return <SecretControl {...props} />;
  switch (field.kind) {
    case "boolean":
      return <BooleanControl {...props} />;
    case "choice":
      return <ChoiceControl {...props} />;
    case "any":
      return <ValueControl {...props} />;
    case "object":
      return <ObjectControl {...props} />;
    case "variant":
      return <VariantControl {...props} />;
    case "map":
      return <MapControl {...props} />;
    case "list":
      return field.items?.kind === "choice" ? <ChoicesControl {...props} /> : <ListControl {...props} />;
    case "condition":
      return <ConditionControl {...props} />;
    default:
      return <TextControl {...props} />;
  }
}
