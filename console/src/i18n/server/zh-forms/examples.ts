/** Of the examples. */
export const words: Readonly<Record<string, string>> = {
  "Waits for a moment, then ends with a message; a person can be asked by resume: true": "稍等片刻，然后以一条消息结束；设置 resume: true 可等待人工处理",
  "Says in one line which workflow failed, and why; put a chat's webhook behind it": "用一行说明哪个工作流失败以及原因；可在其后接入聊天工具的 Webhook",
  "Greets whoever calls, and answers with the greeting when the run has ended": "向调用者问好，并在运行结束时以问候语回应",
  "Calls an address from the event, tries again when it fails, and takes another way when it fails for good": "调用事件中的地址，失败时重试，最终失败时走另一条路",
  "Sends orders along different ways by their value and country": "按金额和国家将订单分流",
  "Runs on Monday mornings, Berlin time; one that was missed is made up for": "每周一上午（柏林时间）运行，错过的会补上",
  "Greets every new administrator: webhook, condition, data synthesis, log": "向每位新管理员问好：Webhook、条件、数据组合、日志",
};
