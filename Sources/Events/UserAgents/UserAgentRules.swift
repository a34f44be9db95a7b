/// By which words a family is known. Of all rules that match a header the first in the list counts: Edge says it is Chrome, Chrome says it
/// is Safari, and an app says what its view is.
enum UserAgentRules {
    /// Rules in order, found by the first byte of their tokens.
    struct Table {
        struct Rule {
            let token: [UInt8]
            let rank: Int
        }

        let byFirstByte: [[Rule]]
        let families: [String]

        init(_ rules: [(family: String, tokens: [String])]) {
            var byFirstByte = [[Rule]](repeating: [], count: 256)
            for (rank, rule) in rules.enumerated() {
                for token in rule.tokens {
                    let bytes = Array(token.utf8)
                    byFirstByte[Int(bytes[0])].append(Rule(token: bytes, rank: rank))
                }
            }
            self.byFirstByte = byFirstByte
            families = rules.map(\.family)
        }
    }

    static let browsers = Table([
        // Apps that show pages in a view of their own.
        ("Facebook", ["fban/", "fbav/", "fb_iab/", "fbsv/", "fbios", "fbdv/"]),
        ("Instagram", ["instagram "]),
        ("Pinterest", ["pinterest/"]),
        ("Snapchat", ["snapchat/"]),
        ("Twitter", ["twitter for", "twitterandroid"]),
        ("LinkedIn", ["linkedinapp"]),
        ("TikTok", ["bytedancewebview", "musical_ly", "bytelocale", "trill_", "tiktok"]),
        ("WeChat", ["micromessenger/"]),
        ("LINE", ["line/"]),
        ("KakaoTalk", ["kakaotalk"]),
        ("Flipboard", ["flipboard"]),
        ("Google", ["gsa/"]),
        // Browsers that name others' engines.
        ("Edge", ["edg/", "edga/", "edgios/", "edge/"]),
        ("DuckDuckGo", ["duckduckgo/", "ddg/"]),
        ("Opera Mini", ["opera mini", "opios/"]),
        ("Opera GX", ["oprgx/"]),
        ("Opera", ["opr/", "opt/", "opera/", "opera "]),
        ("Samsung Internet", ["samsungbrowser/", "samsungbrowser"]),
        ("Yandex Browser", ["yabrowser/", "yowser/"]),
        ("Vivaldi", ["vivaldi/"]),
        ("UC Browser", ["ucbrowser", "uc browser", "ucweb", "ubrowser/"]),
        ("QQ Browser", ["mqqbrowser", "qqbrowser"]),
        ("MiuiBrowser", ["miuibrowser/"]),
        ("Huawei Browser", ["huaweibrowser/"]),
        ("HeyTap Browser", ["heytapbrowser/"]),
        ("VivoBrowser", ["vivobrowser/"]),
        ("Whale", ["whale/"]),
        ("Amazon Silk", ["silk/", "silk-accelerated", "cloud9"]),
        ("Sogou Explorer", ["metasr", "sogoumobilebrowser/", "sogoumse"]),
        ("360 Browser", ["qihu", "360se", "360ee"]),
        ("Baidu Browser", ["baidubrowser", "bidubrowser", "baiduboxapp", "flyflow/"]),
        ("Maxthon", ["maxthon", "mxbrowser"]),
        ("Puffin", ["puffin/"]),
        ("Brave", ["brave/", "brave chrome/"]),
        ("Ecosia", ["ecosia"]),
        ("Avast Secure Browser", ["avast/"]),
        ("Iron", ["iron/"]),
        ("Crosswalk", ["crosswalk/"]),
        ("Coc Coc", ["coc_coc_browser/"]),
        ("Epiphany", ["epiphany/"]),
        ("Electron", ["electron/"]),
        ("PhantomJS", ["phantomjs"]),
        ("HeadlessChrome", ["headlesschrome"]),
        ("SeaMonkey", ["seamonkey/"]),
        ("Pale Moon", ["palemoon/"]),
        ("Konqueror", ["konqueror"]),
        ("Firefox", ["firefox/", "fxios/", "focus/", "fennec/", "klar/", "iceweasel/"]),
        ("Chrome", ["crios/", "chrome/", "crmo/"]),
        ("Chromium", ["chromium/"]),
        ("Internet Explorer", ["iemobile", "trident/", "msie"]),
        ("BlackBerry WebKit", ["bb10", "blackberry", "playbook"]),
        ("Nokia Browser", ["nokiabrowser/", "browserng/"]),
        ("NetFront", ["netfront/", "nf-browser", "nx/"]),
        ("Obigo", ["obigo"]),
        ("Dolfin", ["dolfin/"]),
        ("Lynx", ["lynx/"]),
        ("Links", ["links ("]),
        // Programs without a page.
        ("curl", ["curl/"]),
        ("Wget", ["wget/"]),
        ("python-requests", ["python-requests/"]),
        ("Python", ["python-urllib", "python-httpx", "aiohttp/", "python/"]),
        ("okhttp", ["okhttp/"]),
        ("Go-http-client", ["go-http-client/"]),
        ("Java", ["java/", "apache-httpclient", "jakarta"]),
        ("Dalvik", ["dalvik/"]),
        ("CFNetwork", ["cfnetwork"]),
        ("Postman", ["postmanruntime/"]),
        ("axios", ["axios/"]),
        ("node-fetch", ["node-fetch", "undici"]),
        ("Dart", ["dart/"]),
        ("libwww-perl", ["libwww-perl", "lwp::"]),
        ("Ruby", ["ruby", "faraday"]),
        ("PHP", ["php/", "guzzlehttp"]),
    ])

    static let systems = Table([
        ("Windows Phone", ["windows phone", "windows mobile", "wpdesktop", "xblwp7", "zunewp7"]),
        ("Xbox", ["xbox"]),
        ("KaiOS", ["kaios/", "kai/"]),
        ("Tizen", ["tizen"]),
        ("webOS", ["webos", "web0s", "netcast", "hpwos"]),
        ("HarmonyOS", ["harmonyos", "openharmony"]),
        ("tvOS", ["appletv", "apple tv", "tvos"]),
        ("watchOS", ["watchos", "watch os"]),
        ("iPadOS", ["ipad", "ipados"]),
        ("iOS", ["iphone", "ipod", "ios ", "ios/", "ios;"]),
        ("Symbian", ["symbian", "symbos", "series60", "series 60", "s60"]),
        ("BlackBerry", ["bb10", "blackberry", "playbook", "rim tablet"]),
        ("PlayStation", ["playstation"]),
        ("Nintendo", ["nintendo"]),
        ("Bada", ["bada"]),
        ("Fuchsia", ["fuchsia"]),
        ("Android", ["android", "silk-accelerated", "adr "]),
        ("Firefox OS", ["mobile; rv:", "tablet; rv:"]),
        ("ChromeOS", ["cros", "chromeos"]),
        ("Windows", ["windows", "win32", "win64", "win98", "win95", "winnt", "win 9x", "winnt4.0"]),
        ("macOS", ["macintosh", "mac os x", "mac_powerpc", "mac os", "macos", "darwin"]),
        ("BSD", ["freebsd", "openbsd", "netbsd", "dragonfly"]),
        ("Solaris", ["sunos", "solaris"]),
        ("Linux", ["linux", "ubuntu", "x11", "debian", "fedora"]),
    ])

    /// Programs that fetch pages by themselves and do not say so by the ends of their names.
    static let robots = Table([
        (
            UserAgent.bot,
            [
                "ptst/", "slurp", "mediapartners", "facebookexternalhit", "facebookcatalog", "meta-external",
                "bingpreview",
                "google-", "googleother", "apis-google", "feedfetcher", "feedly", "lighthouse", "chrome-lighthouse",
                "pingdom", "statuscake", "uptime", "newrelicpinger", "site24x7", "datadog", "gtmetrix", "w3c_", "w3c-",
                "validator", "linkcheck", "httrack", "nutch", "heritrix", "archive.org", "ia_archiver", "scrapy",
                "ahrefs", "semrush", "mj12", "whatsapp/", "skypeuripreview", "embedly", "slack-img",
                "bot ", "bot/", "bot-", "bot;", "robot", "crawl", "spider", "ips-agent", "ips agent", "panscient",
                "chatgpt-user", "oai-search", "gptbot", "claude-", "anthropic", "perplexity", "ccbot", "bytespider",
                "seznam", "sogou web", "sogou inst", "yeti/", "daumoa", "ichiro", "google web preview", "yahoo! slurp",
                "yahoo link", "yahooseeker",
                "teoma", "ask jeeves", "msnbot", "netcraft", "nessus", "nmap", "zgrab", "masscan", "nikto",
                "wordpress/", "feedburner", "feedparser", "rss", "headlessuptime", "prerender", "snap url preview",
                "vkshare", "flipboardproxy", "outbrain", "quora link",
            ]
        )
    ])

    static let robotEndings = ["bot", "bots", "spider", "crawler", "crawl", "robot", "scraper", "fetcher", "archiver"]
        .map { Array($0.utf8) }
    static let innocent = ["cubot"].map { Array($0.utf8) }
    static let addressMark = Array("+http".utf8)
}
