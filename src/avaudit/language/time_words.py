"""The words around spoken dates and times: all that the grammar of times knows of vocabulary."""

from __future__ import annotations

#: Traditional and full-width forms, one character for one, so that offsets stay what they are.
SAME_CHARACTERS = str.maketrans(
    "點時號兩鐘週：﹕∶．０１２３４５６７８９〇○", "点时号两钟周:::.0123456789零零"
)

#: Part of the day -> the hours that it covers. Hours from 24 on belong to the following day.
PERIODS = {
    "凌晨": (0, 8), "拂晓": (3, 8), "清晨": (3, 10), "早晨": (3, 11), "早上": (1, 11),
    "清早": (3, 11), "上午": (1, 12), "中午": (10, 15), "正午": (11, 13), "晌午": (10, 15),
    "下午": (12, 23), "午后": (12, 18), "傍晚": (15, 21), "黄昏": (15, 21), "晚上": (17, 28),
    "晚间": (17, 28), "夜晚": (18, 28), "夜里": (19, 30), "夜间": (19, 30), "深夜": (20, 29),
    "半夜": (20, 29), "午夜": (22, 27),
}  # fmt: skip
#: Short for a part of the day, right before an hour (晚八点) or after 今, 昨, 明 (今晚).
SHORT_PERIODS = {"早": "早上", "晨": "早上", "晚": "晚上", "夜": "夜里"}
#: What recognisers write for the 午 of 上午, 中午 and 下午.
SOUNDS_LIKE_NOON = "五舞武伍吾无物务屋悟"
#: What recognisers write for the 十 of 十一月 and 十八日.
SOUNDS_LIKE_TEN = "是时事"
#: 上五 after these is another word: 马上五十点, 晚上五点.
BEFORE_UP = "早晚马以楼路街车线网"

#: Word for a day -> days from today.
DAY_WORDS = {"前天": -2, "昨天": -1, "今天": 0, "明天": 1, "后天": 2}
SAME_DAY_WORDS = {
    "昨日": "昨天", "今日": "今天", "明日": "明天", "昨": "昨天", "今": "今天", "明": "明天",
}  # fmt: skip
#: Years and months told by their distance, which no field can hold.
RELATIVE_YEARS = ("去年", "前年", "明年", "后年", "上一年", "第二年")
RELATIVE_MONTHS = ("上个月", "上月", "下个月", "下月")

#: What may stand between the parts of one time, beside days of the week.
FILLERS = (
    "北京时间", "具体时间", "当前", "目前", "此时", "现在", "时间", "我们", "那个", "那么",
    "是", "为", "的", "在", "呢", "啊", "嗯", "呃",
)  # fmt: skip
FILLER_MARKS = r"\s,，、。.;；:!！?？"
#: At most this many characters of it.
MAX_FILLER = 14
#: ... and within a date.
MAX_FILLER_IN_DATE = 2

#: Not exactly: before and after a clock time.
ABOUT = ("大约", "大概", "差不多", "将近", "接近", "临近", "快到", "快要", "快", "约")
#: 约 after these is another word.
BEFORE_ABOUT = "预节契违合条相公"
#: 快一点 is "a bit faster", and so on.
NO_ABOUT_FOR_ONE = ("快", "约")
NEARLY = ("多钟", "多", "左右", "前后", "上下", "许", "来钟", "不到")

#: What 点 counts as well: points made. Before an hour of up to `MAX_POINTS`, and after any.
MAX_POINTS = 6
BEFORE_POINTS = "第|这|那|哪|几|提|讲|说|有|分|以下|下面|如下|补充|强调|注意|满足|做到|之"
AFTER_POINTS = (
    "意见 要求 建议 说明 注意 原因 问题 内容 事 希望 情况 理由 看法 想法 好处 "
    "声明 提醒 提示 体会 经验 违法 请求 方面 补充 规定 措施 承诺 告知 疑问 依据 "
    "线索 整改 整治 方向 共识 不足 证据 结论"
).split()
#: 一点 with one of these is "a bit" wherever it stands.
AFTER_A_BIT = "都|也|儿|点|没|不(?!到)|半点|办法|问题|东西|意见|钱"

#: Counters and measures: a number before one of them is no minute and no day of a month.
COUNTERS = "个名位人家户次条块元万亿千百米公里吨斤克升度倍折平亩厘毫种张份辆台件项处间层岁成%％"
#: 十分 before these is "very".
AFTER_VERY = ("感谢", "抱歉", "重要", "危险", "严重", "清楚", "明显", "必要", "配合", "不")
#: 整 and 半 that begin another word.
AFTER_SHARP = "改治理顿个体天修洁合套"
AFTER_HALF = "天年个月夜径成价小点"
#: 时 that begins another word.
AFTER_HOUR = "候间期代段常而光效长"
#: 月 and a numbered 号 or 日 that are no dates.
AFTER_MONTH = "租薪饼亮供嫂经初"
AFTER_DAY = (
    "院 楼 房 门 路 线 店 铺 机 车 厂 仓 地 坑 棚 厅 库 柜 文 令 "
    "案 摊 桥 井 家 屋 公 单 内 之内 以内 以上 后 之后 通知 决定 设备 记录仪 证 商 "
    "市 大街 街 巷 弄 栋 幢 墙"
).split()
BEFORE_DAY = "第证编字"
