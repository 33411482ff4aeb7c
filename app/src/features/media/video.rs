//! Videos of other hosts in an article. A stored body names one beside the picture that stands for it,
//! `<img data-picture="12" data-video="youtube-dQw4w9WgXcQ">`. Readers see the picture; its player is a page of this
//! site, and nothing is asked of the other host before somebody wants to see the video.

use crate::base::keys::Key;
use crate::routes;
use url::Url;

/// A host of videos.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Host {
    Youtube,
    Vimeo,
    Facebook,
}

/// A video of another host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Video {
    pub host: Host,
    /// The host's name of it: letters, digits, `-` and `_`.
    id: String,
}

const HOSTS: [(Host, &str); 3] = [(Host::Youtube, "youtube"), (Host::Vimeo, "vimeo"), (Host::Facebook, "facebook")];

impl Host {
    /// Its name for readers.
    pub fn label(self) -> &'static str {
        match self {
            Self::Youtube => "YouTube",
            Self::Vimeo => "Vimeo",
            Self::Facebook => "Facebook",
        }
    }

    /// The only origin that its player is framed from.
    pub fn origin(self) -> &'static str {
        match self {
            Self::Youtube => "https://www.youtube-nocookie.com",
            Self::Vimeo => "https://player.vimeo.com",
            Self::Facebook => "https://www.facebook.com",
        }
    }

    fn is_id(self, id: &str) -> bool {
        let is_number = (1..=20).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit());
        match self {
            Self::Youtube => {
                id.len() == 11 && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            }
            Self::Vimeo | Self::Facebook => is_number,
        }
    }
}

impl Video {
    /// Reads the form in which bodies name it: `youtube-dQw4w9WgXcQ`.
    pub fn parse(name: &str) -> Option<Self> {
        let (host, id) = name.split_once('-')?;
        let (host, _) = HOSTS.into_iter().find(|(_, known)| *known == host)?;
        host.is_id(id).then(|| Self { host, id: id.to_owned() })
    }

    /// Reads an address as people copy it from their browser or an app.
    pub fn parse_address(address: &str) -> Option<Self> {
        let address = address.trim();
        let url = Url::parse(address).or_else(|_| Url::parse(&format!("https://{address}"))).ok()?;
        if !matches!(url.scheme(), "https" | "http") {
            return None;
        }
        let domain = url.host_str()?.trim_start_matches("www.").trim_start_matches("m.");
        let parts: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty()).collect();
        let parameter =
            |name: &str| url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
        let (host, id) = match (domain, &parts[..]) {
            ("youtu.be", [id, ..]) => (Host::Youtube, (*id).to_owned()),
            ("youtube.com" | "youtube-nocookie.com", ["embed" | "shorts" | "live" | "v", id, ..]) => {
                (Host::Youtube, (*id).to_owned())
            }
            ("youtube.com", ["watch"]) => (Host::Youtube, parameter("v")?),
            ("vimeo.com" | "player.vimeo.com", [.., id]) => (Host::Vimeo, (*id).to_owned()),
            ("facebook.com", ["watch", ..]) => (Host::Facebook, parameter("v")?),
            ("facebook.com", [.., "videos" | "reel", id]) => (Host::Facebook, (*id).to_owned()),
            ("facebook.com", [_, "videos", _, id]) => (Host::Facebook, (*id).to_owned()),
            _ => return None,
        };
        host.is_id(&id).then_some(Self { host, id })
    }

    /// The form in which bodies name it.
    pub fn name(&self) -> String {
        let (_, host) = HOSTS.into_iter().find(|(host, _)| *host == self.host).unwrap_or(HOSTS[0]);
        format!("{host}-{}", self.id)
    }

    /// The address of its player on this site. It is signed, so that nobody can show just any video under the site's
    /// name.
    pub fn path(&self, key: &Key) -> String {
        routes::VIDEO.with(format!("{}-{}", self.name(), sign(key, &self.name())))
    }

    /// Reads the last part of a player's address.
    pub fn find(key: &Key, last: &str) -> Option<Self> {
        let (name, signature) = last.rsplit_once('-')?;
        // a signature is no secret: it stands in every page that shows the video
        if sign(key, name) != signature {
            return None;
        }
        Self::parse(name)
    }

    /// The address of the host's player.
    pub fn player_address(&self) -> String {
        let (origin, id) = (self.host.origin(), &self.id);
        match self.host {
            Host::Youtube => format!("{origin}/embed/{id}?autoplay=1&rel=0&hl=vi"),
            Host::Vimeo => format!("{origin}/video/{id}?autoplay=1&dnt=1"),
            Host::Facebook => {
                let watched = crate::base::url::encode(&self.address());
                format!("{origin}/plugins/video.php?href={watched}&show_text=false&autoplay=true")
            }
        }
    }

    /// The address where the host shows it to visitors of its own.
    pub fn address(&self) -> String {
        match self.host {
            Host::Youtube => format!("https://www.youtube.com/watch?v={}", self.id),
            Host::Vimeo => format!("https://vimeo.com/{}", self.id),
            Host::Facebook => format!("https://www.facebook.com/watch/?v={}", self.id),
        }
    }
}

/// Signs the name of a video with 64 bits.
fn sign(key: &Key, name: &str) -> String {
    hex::encode(&key.mac(&[b"video", name.as_bytes()])[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_people_copy_are_understood() {
        for (address, name) in [
            ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=10s", "youtube-dQw4w9WgXcQ"),
            ("https://m.youtube.com/watch?app=desktop&v=dQw4w9WgXcQ", "youtube-dQw4w9WgXcQ"),
            ("youtu.be/dQw4w9WgXcQ?si=abc", "youtube-dQw4w9WgXcQ"),
            (" https://youtube.com/shorts/dQw-w9W_XcQ ", "youtube-dQw-w9W_XcQ"),
            ("https://www.youtube.com/live/dQw4w9WgXcQ", "youtube-dQw4w9WgXcQ"),
            ("https://vimeo.com/76979871", "vimeo-76979871"),
            ("https://player.vimeo.com/video/76979871?h=1", "vimeo-76979871"),
            ("https://www.facebook.com/watch/?v=10153231379946729", "facebook-10153231379946729"),
            ("https://www.facebook.com/ubndphuong/videos/10153231379946729/", "facebook-10153231379946729"),
            ("https://www.facebook.com/ubnd/videos/hop-dan/10153231379946729", "facebook-10153231379946729"),
            ("https://facebook.com/reel/10153231379946729", "facebook-10153231379946729"),
        ] {
            let video = Video::parse_address(address).expect(address);
            assert_eq!(video.name(), name, "{address}");
            assert_eq!(Video::parse(name).as_ref(), Some(&video));
            assert_eq!(Video::parse_address(&video.address()), Some(video));
        }
    }

    #[test]
    fn other_addresses_are_no_videos() {
        for address in [
            "",
            "javascript:alert(1)",
            "https://youtube.com/watch",
            "https://youtube.com/watch?v=\"><script>",
            "https://youtube.com.evil.vn/watch?v=dQw4w9WgXcQ",
            "https://evil.vn/https://youtu.be/dQw4w9WgXcQ",
            "https://www.youtube.com/@ubnd",
            "https://vimeo.com/abc",
            "ftp://youtu.be/dQw4w9WgXcQ",
        ] {
            assert_eq!(Video::parse_address(address), None, "{address}");
        }
        for name in ["", "youtube", "youtube-", "youtube-short", "evil-dQw4w9WgXcQ", "vimeo-1x", "vimeo-"] {
            assert_eq!(Video::parse(name), None, "{name}");
        }
    }

    #[test]
    fn only_signed_players_are_found() {
        let (key, other) = (Key::new(1, [1; 32]), Key::new(1, [2; 32]));
        let video = Video::parse("youtube-dQw-w9W_XcQ").expect("is a video");
        let path = video.path(&key);
        let last = routes::VIDEO.matches(&path).expect("is a player's address");
        assert_eq!(Video::find(&key, last), Some(video.clone()));
        assert_eq!(Video::find(&other, last), None);
        assert_eq!(Video::find(&key, &last.replace("dQw", "eQw")), None);
        assert_eq!(Video::find(&key, &video.name()), None);
    }
}
