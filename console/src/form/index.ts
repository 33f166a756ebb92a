export { Form, focusField } from "./Form";
export { FormContext, useInsertTarget, type FormData, type InsertTarget, type Missing, type Preview } from "./context";
export { allPaths, prune, shortValue, type DataRoot } from "./data";
export { hasExpression, holdsExpression, pathOf, pathsIn } from "./expression";
export { fieldsOf, isObject, withMember, type Field, type Values } from "./fields";
export { childPointer, isInside, problemsAt, problemsOfObject } from "./problems";
