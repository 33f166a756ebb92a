// What CodeMirror itself says, in the reader's language. Its own is English.
import { EditorState, type Extension } from "@codemirror/state";
import type { Language } from "~/i18n";

export const zh: Readonly<Record<string, string>> = {
  "$ unchanged lines": "$ 行未更改",
  Accept: "接受",
  Reject: "拒绝",
  "Revert this chunk": "还原此处",
  Completions: "补全",
  "Control character": "控制字符",
  Diagnostics: "问题",
  "No diagnostics": "没有问题",
  "Selection deleted": "已删除所选内容",
  "Go to line": "跳转到行",
  go: "跳转",
  "on line": "位于行",
  Find: "查找",
  Replace: "替换为",
  next: "下一个",
  previous: "上一个",
  all: "全部",
  "match case": "区分大小写",
  "by word": "整词",
  regexp: "正则表达式",
  replace: "替换",
  "replace all": "全部替换",
  close: "关闭",
  "current match": "当前匹配",
  "replaced match on line $": "已替换第 $ 行的匹配",
  "replaced $ matches": "已替换 $ 处",
  "Fold line": "折叠",
  "Unfold line": "展开",
  "Folded lines": "已折叠行",
  "Unfolded lines": "已展开行",
  "folded code": "已折叠的内容",
  unfold: "展开",
  to: "至",
};

const phrases: Record<Language, Extension> = { en: [], zh: EditorState.phrases.of(zh) };

export const phrasesOf = (language: Language): Extension => phrases[language];
