//! Recognising programs by their user agent.

use regex::bytes::{RegexSet, RegexSetBuilder};
use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

/// So many agents are remembered: there are fewer kinds of browsers than readers, and matching the list takes long.
const MAX_REMEMBERED: usize = 4096;

static SEEN: LazyLock<RwLock<HashMap<Vec<u8>, bool>>> = LazyLock::new(RwLock::default);

/// A maintained list; `make bots` fetches the newest.
static KNOWN: LazyLock<RegexSet> = LazyLock::new(|| {
    let patterns = include_str!("bots.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    RegexSetBuilder::new(patterns).unicode(false).build().expect("a test compiles the list")
});

/// Whether a user agent belongs to a known program. Every browser sends one, so an empty agent is a program.
pub fn is_bot(agent: &[u8]) -> bool {
    if let Some(&known) = SEEN.read().unwrap_or_else(PoisonError::into_inner).get(agent) {
        return known;
    }
    let is_bot = agent.is_empty() || KNOWN.is_match(agent);
    let mut seen = SEEN.write().unwrap_or_else(PoisonError::into_inner);
    // invented agents only clear the memory, which costs the others one match of the list
    if seen.len() >= MAX_REMEMBERED || agent.len() > 1000 {
        seen.clear();
    }
    seen.insert(agent.to_vec(), is_bot);
    is_bot
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_known_and_peoples_browsers_are_not() {
        for bot in [
            "",
            "curl/8.5.0",
            "Googlebot/2.1 (+http://www.google.com/bot.html)",
            "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
            "Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com/searchengine)",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36",
            "python-requests/2.31",
        ] {
            assert!(is_bot(bot.as_bytes()), "{bot}");
        }
        for person in [
            "Mozilla/5.0 (Linux; Android 10; SM-A107F) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0.0.0 Mobile Safari/537.36 Zalo android/12050688 ZaloTheme/light ZaloLanguage/vi",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/21B91 [FBAN/FBIOS;FBAV/441.0;FBDV/iPhone12,1]",
            "Mozilla/5.0 (Linux; U; Android 10; vi; CPH2185) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/100.0 Mobile Safari/537.36 UCBrowser/13.4",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) coc_coc_browser/120.0.148 Chrome/114.0.5735.148 Safari/537.36",
            "Opera/9.80 (Android; Opera Mini/7.5.33361/31.1543; U; vi) Presto/2.8.119 Version/11.1010",
        ] {
            assert!(!is_bot(person.as_bytes()), "{person}");
        }
    }
}
