/** Of the trigger "event". */
export const words: Readonly<Record<string, string>> = {
  Types: "类型",
  'Which events start a run: types, in which * stands for one word and ** for one or more. Those that begin with "pawl." are Pawl\'s own.':
    "哪些事件会启动运行：事件类型，其中 * 代表一个词，** 代表一个或多个词。以“pawl.”开头的是 Pawl 自己的事件。",
  Filter: "过滤",
  "Only events for which it holds start a run.": "只有满足条件的事件才会启动运行。",
  About: "关于",
  "The workflow that Pawl's own events have to be about; without it, any other one.": "Pawl 自身事件所涉及的工作流；不填则为任意其他工作流。",
  "Silent after": "静默时长",
  "For pawl.endpoint.silent: how long the URL of `workflow` may be without an accepted request.":
    "用于 pawl.endpoint.silent：`workflow` 的 URL 最多多久可以没有被接受的请求。",
  "Runs at a time": "并发运行数",
  "More than these wait for their turn; without it there is no limit of its own.": "超出的运行排队等待；不填则没有单独的限制。",
};
