/** Of a workflow as a whole. */
export const words: Readonly<Record<string, string>> = {
  Description: "描述",
  "For people.": "供人阅读。",
  "Unique among the workflows of a server.": "在同一服务器的工作流中必须唯一。",
  Tags: "标签",
  "To find workflows by.": "用于查找工作流。",
  Retention: "保留策略",
  "How long, and how much of, what has ended is kept. Limits of the server hold besides.":
    "已结束的内容保留多久、保留多少；服务器的限制同样有效。",
  Age: "时长",
  "Runs that ended longer ago are removed with their requests, and so are requests that started none.":
    "结束时间超过此时长的运行及其请求会被删除，未启动运行的请求也一样。",
  Bytes: "字节数",
  "What requests and runs may take together; past it the oldest that have ended are removed.":
    "请求和运行总共可占用的空间；超出后会先删除最早结束的内容。",
  Name: "名称",
};
