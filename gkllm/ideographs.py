"""One spelling for characters that print alike or are the same word: what is compared is compared in it.

What is printed is never changed; labels, titles, issuers and sentences are compared after this.
"""

import unicodedata

_COMPATIBLE = (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFAFF), *range(0x2F800, 0x2FA1E))
"""Kangxi radicals and compatibility ideographs, which Unicode itself maps to the usual ones."""
_RADICALS = (
    "⺁厂⺇几⺌小⺎兀⺏尣⺐尢⺒巳⺓幺⺕彐⺗心⺘手⺙攴⺛无⺜日⺝月⺞歹⺟母⺡水⺢水⺣火⺤爪⺥爪⺨犬⺫目⺬示⺭示⺮竹⺯糸⺱网⺲网⺶羊⺷羊⺸羊⺹老⺺聿⺼肉"
    "⺽臼⺾艹⺿艹⻀艹⻁虎⻂衣⻃西⻄西⻅见⻆角⻇角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑长⻒长⻓长⻔门⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻟食⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤"
    "⻨麦⻩黄⻪黾⻬齐⻮齿⻰龙⻳龟"
)
"""Radicals of the supplement as people type them for whole characters, each before the usual one."""
_TRADITIONAL = (
    "萬万與与專专業业東东絲丝兩两嚴严喪丧個个豐丰臨临為为爲为麗丽舉举義义烏乌樂乐喬乔習习鄉乡書书買买亂乱爭争於于雲云亞亚產产畝亩親亲億亿僅仅從从倉仓儀仪們们價价"
    "眾众優优會会傘伞偉伟傳传傷伤倫伦偽伪體体餘余傭佣債债傾倾償偿儲储兒儿黨党蘭兰關关興兴養养獸兽內内岡冈冊册寫写軍军農农馮冯衝冲決决況况凍冻淨净涼凉減减湊凑幾几鳳凤"
    "憑凭凱凯擊击劃划劉刘則则剛刚創创刪删別别劑剂劍剑勸劝辦办務务動动勵励勁劲勞劳勢势勳勋區区醫医華华協协單单賣卖盧卢衛卫卻却廠厂廳厅歷历曆历厲厉壓压廁厕廈厦廚厨縣县參参"
    "雙双發发髮发變变敘叙葉叶號号嘆叹後后嚇吓呂吕嗎吗聽听啟启吳吴員员問问啞哑響响團团園园圍围國国圖图圓圆聖圣場场壞坏塊块堅坚壇坛壩坝墳坟墜坠壟垄墾垦牆墙壯壮聲声殼壳壺壶"
    "處处備备復复複复夠够頭头夾夹奪夺奮奋獎奖奧奥婦妇媽妈娛娱孫孙學学寧宁寶宝實实審审憲宪宮宫寬宽賓宾對对尋寻導导壽寿將将爾尔塵尘嘗尝堯尧屆届層层屬属岁岁歲岁豈岂嶺岭島岛"
    "峽峡崗岗峰峰幣币帥帅師师帳帐幟帜帶带幫帮廣广慶庆庫库應应廟庙龐庞廢废開开異异棄弃張张彌弥彎弯彈弹強强歸归當当錄录徹彻徑径憶忆懷怀態态憐怜總总懇恳惡恶懸悬驚惊慣惯"
    "慘惨憤愤願愿戲戏戶户撲扑執执擴扩掃扫揚扬擾扰撫抚拋抛搶抢護护報报擔担擬拟攏拢揀拣擁拥攔拦撥拨擇择掛挂揮挥撈捞損损撿捡換换據据擄掳擲掷攜携攝摄擺摆搖摇撐撑擻擞數数敵敌斂敛"
    "齋斋斬斩斷断無无舊旧時时曠旷暢畅曉晓暈晕暫暂術术機机殺杀雜杂權权條条來来楊杨極极構构樞枢槍枪櫃柜標标棧栈棟栋欄栏樹树樣样橋桥檢检樓楼橫横檔档檯台榮荣歐欧歡欢殘残"
    "毀毁畢毕氣气漢汉湯汤溝沟沒没滬沪淪沦滄沧濟济滅灭漲涨淚泪潔洁灑洒澆浇測测濃浓濱滨灣湾滯滞滿满漁渔漸渐澤泽潛潜瀾澜濕湿潰溃灘滩燈灯靈灵災灾爐炉點点煉炼爛烂燭烛煙烟煩烦燒烧熱热愛爱"
    "爺爷牽牵犧牺狀状獨独獄狱獲获環环現现瑪玛電电畫画療疗瘋疯盡尽監监蓋盖盤盘礦矿碼码磚砖確确禮礼禍祸禪禅離离種种積积稱称穩稳窮穷競竞築筑筆笔籌筹簽签簡简籃篮類类糧粮緊紧"
    "糾纠紅红紀纪約约級级紋纹納纳純纯紙纸線线練练組组細细織织終终紹绍經经結结給给絡络絕绝統统繼继績绩續续維维綜综綠绿網网編编緩缓緣缘縮缩總总繳缴罰罚羅罗職职聯联聞闻肅肃腦脑膚肤脫脱"
    "臺台艙舱艦舰藝艺節节蘇苏薦荐蒼苍藍蓝藥药蘿萝虛虚蟲虫補补裝装製制規规視视覽览覺觉觀观訂订計计訊讯討讨訓训議议記记講讲許许論论訟讼設设訪访證证評评識识訴诉診诊詞词試试詢询該该詳详誤误請请"
    "諸诸課课調调諒谅談谈謀谋謂谓謝谢謹谨譜谱護护讓让負负財财責责賢贤敗败貨货質质貪贪貧贫購购貫贯貳贰貴贵貸贷費费賀贺資资賴赖賬账贈赠贏赢趙赵趕赶跡迹踐践軌轨轉转輪轮軟软輕轻載载較较輔辅輛辆輸输"
    "達达遷迁過过運运還还這这進进遠远違违連连遲迟適适選选遞递邊边遼辽鄧邓鄭郑鄰邻醬酱釋释裏里鑒鉴針针鉤钩鈔钞鋼钢錢钱鐵铁銀银鋁铝銷销鎖锁鍵键鎮镇長长門门閉闭間间閱阅陽阳陰阴階阶際际陸陆陳陈險险隨随隱隐"
    "隊队難难霧雾靜静韓韩頁页頂顶項项順顺須须頒颁預预領领頻频題题額额顏颜風风飛飞飯饭飲饮館馆馬马駐驻駕驾驗验騎骑魚鱼鮮鲜鳥鸟鹽盐麥麦黃黄齊齐齒齿龍龙龜龟"
)
"""Traditional characters of the form, of titles and of issuers' names, each before the simplified one."""

IDEOGRAPHS: dict[int, str] = {
    code: usual
    for code in _COMPATIBLE
    if len(usual := unicodedata.normalize("NFKC", chr(code))) == 1 and usual != chr(code)
}
"""One character for one: places in a text stay what they are."""
for _pairs in (_RADICALS, _TRADITIONAL):
    IDEOGRAPHS |= {ord(odd): usual for odd, usual in zip(_pairs[::2], _pairs[1::2], strict=True)}
# A radical may stand for a character that is traditional itself.
IDEOGRAPHS = {code: usual.translate(IDEOGRAPHS) for code, usual in IDEOGRAPHS.items()}
_ODD = frozenset(map(chr, IDEOGRAPHS))


def simplified(text: str) -> str:
    """The text with every radical, compatibility ideograph and traditional character as the usual simplified one."""
    # A set finds the odd character of a long text fifteen times faster than a class of a regular expression.
    return text if _ODD.isdisjoint(text) else text.translate(IDEOGRAPHS)
