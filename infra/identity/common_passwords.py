"""How much a password says that a guesser would not try first (NIST SP 800-63B, 5.1.1.2).

Rule 1: a password is cut into the fewest pieces. A piece is a common word, a sequence (`3456`,
`edcb`), a repetition (`aaaa`, `abcabc`), a walk over the keyboard (`qwert`, `1qaz`), a date, or one
character by itself. The count of pieces is what is left of its length.
Rule 2: substitutes are read as what they stand for (`p@ssw0rd`), and capitals count for nothing.
Rule 3: the words are written down here, by us: what people take first, and names of this place.
"""

import itertools
import re
from functools import cache
from typing import Final

_SUBSTITUTES: Final = str.maketrans("@43!1l0$57", "aaeiiiosst")
_WORDS: Final = """
password passwort passwd pass secret login signin welcome hello admin administrator root user test
tester guest demo default changeme change letmein access master manager service support system
server computer internet website online office company security private public money dollar
million lucky love lover iloveyou loveyou forever friend friends family mother father sister
brother baby angel princess prince queen king dragon tiger lion monkey panda kitty horse eagle
bear wolf shark phoenix shadow ninja samurai superman batman spiderman starwars pokemon naruto
matrix hunter killer soldier pirate cowboy player gamer football soccer baseball basketball hockey
golf tennis runner champion winner victory freedom liberty justice peace happy smile sunshine
rainbow flower rose lily summer winter spring autumn monday tuesday wednesday thursday friday
saturday sunday january february march april june july august september october november december
morning night moon star stars galaxy ocean river mountain island china beijing shanghai qingdao
shandong guangzhou shenzhen hangzhou nanjing wuhan tianjin chongqing chengdu london paris berlin
america michael jennifer jessica thomas daniel robert charlie george andrew jordan ashley michelle
nicole amanda maggie ginger pepper cookie cheese chocolate banana apple orange cherry coffee
google facebook twitter amazon microsoft windows iphone samsung huawei xiaomi tencent alibaba
weixin wechat taobao zhifubao alipay baidu whatever nothing something trustno trust open sesame
woaini woaiwojia wojia nihao mima denglu guanli guanliyuan yonghu ceshi xiaoxiao baobao laopo
laogong mama baba gege jiejie meimei didi gongsi zhongguo xuexi daxue laoshi xuesheng tiankong
dahai haiyang laoshan haier hisense tsingtao zhang wang zhao chen yang huang zhou lin
bid bidding bidder auction auctions price trade trading trader market exchange deal investor
seller broker host expert officer roadshow platform technology science patent
密码 口令 登录 管理 管理员 用户 测试 你好 我爱你 一二三四 交易 竞价 路演 大厅
青岛 海洋 中国 公司 老师 大学
"""
_ROWS: Final = (
    "1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "!@#$%^&*()",
    "qazwsxedcrfvtgbyhnujmikolp", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)  # fmt: skip
_LONGEST: Final = 16
_RUN_MIN: Final = 3
_WALK_MIN: Final = 3
_DATE: Final = re.compile(
    r"(?:19|20)\d\d[-./年]?(?:(?:0?[1-9]|1[0-2])[-./月]?(?:(?:0?[1-9]|[12]\d|3[01])日?)?)?"
)


def left_of(password: str) -> int:
    """Return how many pieces it takes to write a password: its length as a guesser sees it."""
    text = password.casefold()
    read_as = text.translate(_SUBSTITUTES)
    least = [0]
    for end in range(1, len(text) + 1):
        least.append(
            min(
                least[begin] + 1
                for begin in range(end)
                if end - begin == 1 or _is_piece(text[begin:end], read_as[begin:end])
            )
        )
    return least[-1]


def plain_letters(text: str) -> str:
    """Return a text as it is read: no capitals, no substitutes (l is an i), no marks between."""
    return "".join(one for one in text.casefold().translate(_SUBSTITUTES) if one.isalnum())


def _is_piece(text: str, read_as: str) -> bool:
    if len(text) <= _LONGEST and (text in _words() or read_as in _words()):
        return True
    if len(text) < _RUN_MIN:
        return False
    return _is_sequence(text) or _is_repetition(text) or _is_walk(text) or _is_date(text)


def _is_date(text: str) -> bool:
    return _DATE.fullmatch(text) is not None


def _is_sequence(text: str) -> bool:
    """`3456`, `edcb`, `7890`: each character one further, or one back, than the last."""
    if text in "01234567890123456789" or text in "98765432109876543210":
        return True
    steps = {ord(after) - ord(one) for one, after in itertools.pairwise(text)}
    return steps in ({1}, {-1})


def _is_repetition(text: str) -> bool:
    return any(
        len(text) % size == 0 and text == text[:size] * (len(text) // size)
        for size in range(1, len(text) // 2 + 1)
    )


def _is_walk(text: str) -> bool:
    return len(text) >= _WALK_MIN and any(text in row or text in row[::-1] for row in _ROWS)


@cache
def _words() -> frozenset[str]:
    return frozenset((*_WORDS.split(), *_WORDS.translate(_SUBSTITUTES).split()))
