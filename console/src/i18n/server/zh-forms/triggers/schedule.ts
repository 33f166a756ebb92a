/** Of the trigger "schedule". */
export const words: Readonly<Record<string, string>> = {
  "Runs at a time": "并发运行数",
  "More than these wait for their turn; without it there is no limit of its own.": "超出的运行排队等待；不填则没有单独的限制。",
  Input: "输入",
  Every: "每",
  "How often; `at` and `on` say when. For anything else there is `cron`.": "频率；具体时间由 `at` 和 `on` 指定。其他情况使用 `cron`。",
  At: "时间",
  "The time of day, HH:MM or HH:MM:SS, or a list of up to 24 of them; 00:00 without it.": "一天中的时间，HH:MM 或 HH:MM:SS，或最多 24 个的列表；不填为 00:00。",
  On: "日期",
  'Weekdays of a week ("monday"), days of a month (1 to 31, or "last"): one, or a list. A month without such a day is passed over. Without it, Monday, and the first.':
    "一周中的星期（如“monday”），或一月中的日期（1 到 31，或“last”）：一个或一个列表。没有该日期的月份会跳过。不填为星期一和每月一日。",
  "Cron expression": "Cron 表达式",
  "In place of `every`: five fields as in crontab, or six or seven as in Quartz.": "代替 `every`：与 crontab 相同的五个字段，或与 Quartz 相同的六或七个字段。",
  "Time zone": "时区",
  "Whose clocks show these times: a name of the time zone database.": "这些时间所属的时区：时区数据库中的名称。",
  "Missed times": "错过的时间",
  "What becomes of times that are more than a minute past when Pawl can start them (it was down, or the workflow paused): nothing (skip), one run for all of them (once), or a run for each of the latest hundred (all).":
    "Pawl 能启动时已过去一分钟以上的时间（当时停机或工作流已暂停）如何处理：忽略（skip）、合并为一次运行（once），或为最近的一百个各运行一次（all）。",
  "Each run starts up to so much later, so that not everything happens at once. How much, the workflow and the time decide.":
    "每次运行最多推迟这么久开始，避免同时进行。具体推迟多少由工作流和时间决定。",
  "What the runs find in ${workflow.input.data}.": "运行在 ${workflow.input.data} 中得到的内容。",
  Jitter: "随机抖动",
};
