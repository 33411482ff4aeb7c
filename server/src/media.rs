//! Serves pictures and files. What is read often is answered from memory, and who may see it is looked up anew after
//! every change of the site.

use app::base::error::AppError;
use app::base::keys::hash_token;
use app::features::media::html::PREVIEW_TOKEN;
use app::features::media::storage::{Folder, Storage};
use app::features::media::store::find_pictures;
use app::features::media::store::library::find_original;
use app::features::media::store::serving::{Audience, find_download, find_picture_audience, load_unmoved};
use app::features::writing::store::previews::is_in_preview;
use app::routes;
use app::web::forms::post::error_response;
use app::web::page::PageRequest;
use app::web::permissions::Permission;
use app::web::session::find_staff_of_request;
use app::web::site::Site;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use moka::future::Cache;
use std::sync::Arc;
use std::time::Duration;

/// Browsers keep what is public for a day, and what stands in between for a minute; what is taken back afterwards stays
/// with them no longer.
const CACHE_ONE_DAY: &str = "public, max-age=86400, s-maxage=60";
const CACHE_NOTHING: &str = "private, no-store";
/// The longest hash in the name of a file.
const MAX_HASH: usize = 64;
/// Who may see so many files is remembered, and for how long at most.
const MAX_AUDIENCES: u64 = 50_000;
const AUDIENCE_AGE: Duration = Duration::from_secs(60);
/// For files from outside: a browser that opens one runs nothing of it.
const FILE_POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// Serves pictures and files. Cheap to clone.
#[derive(Clone)]
pub struct Media {
    site: Site,
    /// The bytes of pictures by their names.
    pictures: Cache<Arc<str>, Bytes>,
    /// Who may see a picture, as of a state of the site.
    audiences: Cache<(Arc<str>, [u64; 2]), Option<Audience>>,
}

impl Media {
    /// Keeps at most so many bytes of pictures in memory.
    pub fn new(site: Site, bytes: u64) -> Self {
        let weigh = |_: &Arc<str>, file: &Bytes| u32::try_from(file.len()).unwrap_or(u32::MAX);
        let pictures = Cache::builder().max_capacity(bytes).weigher(weigh).build();
        let audiences = Cache::builder().max_capacity(MAX_AUDIENCES).time_to_live(AUDIENCE_AGE).build();
        Self { site, pictures, audiences }
    }

    /// Finds who may see a picture. It is looked up once for each state of the site.
    async fn find_audience(&self, name: &Arc<str>, hash: &str, format: &str) -> Result<Option<Audience>, AppError> {
        let generation = self.site.hub.generation(None);
        let state = [generation.lasting[0], generation.fleeting[1]];
        let lookup = find_picture_audience(&self.site.pool, hash, format);
        self.audiences
            .try_get_with((Arc::clone(name), state), lookup)
            .await
            .map_err(|error: Arc<AppError>| AppError::clone(&error))
    }

    /// Loads the bytes of a picture, from memory where they were read before.
    async fn load_picture(&self, name: &Arc<str>, hash: &str, format: &str) -> Result<Option<Bytes>, AppError> {
        if let Some(bytes) = self.pictures.get(name).await {
            return Ok(Some(bytes));
        }
        let stored = self.site.state::<Storage>().load(Folder::Sizes, name, None).await?;
        let bytes = match stored {
            Some(bytes) => Some(bytes),
            // not moved yet
            None => load_unmoved(&self.site.pool, hash, format).await?.map(Bytes::from),
        };
        if let Some(bytes) = &bytes {
            self.pictures.insert(Arc::clone(name), bytes.clone()).await;
        }
        Ok(bytes)
    }
}

fn plain(status: StatusCode) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")]).into_response()
}

fn failed(error: &AppError) -> Response {
    plain(StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
}

fn is_hash(hash: &str) -> bool {
    (8..=MAX_HASH).contains(&hash.len()) && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether the sender may see what is not public.
async fn is_for_staff(site: &Site, parts: &Parts) -> Result<bool, AppError> {
    Ok(find_staff_of_request(site, parts).await?.is_some_and(|staff| staff.may(Permission::ManageMedia)))
}

/// Whether the address has the token of a preview link that shows this picture or file.
async fn is_in_given_preview(site: &Site, parts: &Parts, hash: &str) -> Result<bool, AppError> {
    let request = PageRequest::new("", parts.uri.query().unwrap_or_default());
    match request.parameter(PREVIEW_TOKEN) {
        Some(token) => is_in_preview(&site.pool, &hash_token(token), hash).await,
        None => Ok(false),
    }
}

/// Serves a picture: `/anh/1a2b3c.webp`.
pub async fn serve_picture(State(media): State<Media>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let Some(name) = routes::IMAGE.matches(parts.uri.path()) else { return plain(StatusCode::NOT_FOUND) };
    let Some((hash, format)) = name.split_once('.').filter(|(hash, _)| is_hash(hash)) else {
        return plain(StatusCode::NOT_FOUND);
    };
    let content_type = match format {
        "webp" => "image/webp",
        "jpg" => "image/jpeg",
        _ => return plain(StatusCode::NOT_FOUND),
    };
    let name: Arc<str> = name.into();
    match read_picture(&media, &parts, &name, (hash, format)).await {
        Ok(Ok((bytes, caching))) => {
            let etag = etag_of(hash);
            let headers =
                [(header::CONTENT_TYPE, HeaderValue::from_static(content_type)), (header::ETAG, etag.clone())];
            if is_known(&parts.headers, &etag) {
                return (StatusCode::NOT_MODIFIED, headers, [(header::CACHE_CONTROL, caching)]).into_response();
            }
            (headers, [(header::CACHE_CONTROL, caching)], bytes).into_response()
        }
        Ok(Err(status)) => plain(status),
        Err(error) => failed(&error),
    }
}

fn etag_of(hash: &str) -> HeaderValue {
    HeaderValue::try_from(format!("\"{hash}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

fn is_known(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    headers.get(header::IF_NONE_MATCH).is_some_and(|known| known == etag)
}

async fn read_picture(
    media: &Media,
    parts: &Parts,
    name: &Arc<str>,
    (hash, format): (&str, &str),
) -> Result<Result<(Bytes, &'static str), StatusCode>, AppError> {
    let audience = media.find_audience(name, hash, format).await?;
    let caching = match admit(&media.site, parts, audience).await? {
        Ok(caching) => caching,
        Err(_) if is_in_given_preview(&media.site, parts, hash).await? => CACHE_NOTHING,
        Err(status) => return Ok(Err(status)),
    };
    Ok(media.load_picture(name, hash, format).await?.map(|bytes| (bytes, caching)).ok_or(StatusCode::NOT_FOUND))
}

/// How long the sender may keep a file, or why they do not get it.
async fn admit(
    site: &Site,
    parts: &Parts,
    audience: Option<Audience>,
) -> Result<Result<&'static str, StatusCode>, AppError> {
    Ok(match audience {
        None => Err(StatusCode::NOT_FOUND),
        Some(Audience::Public) => Ok(CACHE_ONE_DAY),
        Some(_) if is_for_staff(site, parts).await? => Ok(CACHE_NOTHING),
        Some(Audience::Gone) => Err(StatusCode::GONE),
        // nobody learns that it exists
        Some(Audience::Staff) => Err(StatusCode::NOT_FOUND),
    })
}

/// Serves a file to download, or a part of it: `/tep/1a2b3c/Thông báo.pdf`.
pub async fn serve_file(State(media): State<Media>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let rest = routes::FILE.matches(parts.uri.path());
    let Some(hash) = rest.and_then(|rest| rest.split('/').next()).filter(|hash| is_hash(hash)) else {
        return plain(StatusCode::NOT_FOUND);
    };
    match read_file(&media, &parts, hash).await {
        Ok(response) => response,
        Err(error) => failed(&error),
    }
}

async fn read_file(media: &Media, parts: &Parts, hash: &str) -> Result<Response, AppError> {
    let Some(file) = find_download(&media.site.pool, hash).await? else { return Ok(plain(StatusCode::NOT_FOUND)) };
    let caching = match admit(&media.site, parts, Some(file.audience)).await? {
        Ok(caching) => caching,
        Err(_) if is_in_given_preview(&media.site, parts, hash).await? => CACHE_NOTHING,
        Err(status) => return Ok(plain(status)),
    };
    let size = u64::try_from(file.size).unwrap_or(0);
    let etag = etag_of(hash);
    if is_known(&parts.headers, &etag) {
        return Ok(
            (StatusCode::NOT_MODIFIED, [(header::ETAG, etag)], [(header::CACHE_CONTROL, caching)]).into_response()
        );
    }
    // a range of an older file would be joined to this one
    let is_same = parts.headers.get(header::IF_RANGE).is_none_or(|known| known == etag);
    let range = match parts.headers.get(header::RANGE).filter(|_| is_same).and_then(|range| range.to_str().ok()) {
        None => None,
        Some(range) => match parse_range(range, size) {
            Ok(range) => range,
            Err(()) => {
                let whole = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
                return Ok((StatusCode::RANGE_NOT_SATISFIABLE, whole).into_response());
            }
        },
    };
    let storage = media.site.state::<Storage>();
    let Some(bytes) = storage.open(Folder::Files, hash, range.clone()).await? else {
        tracing::error!(hash, "a file is missing in the file store");
        return Ok(plain(StatusCode::NOT_FOUND));
    };
    let mut response = Body::from_stream(bytes).into_response();
    let headers = response.headers_mut();
    let mut set = |name, value: String| {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, file.content_type);
    set(header::CONTENT_DISPOSITION, format!("attachment; filename*=UTF-8''{}", app::base::url::encode(&file.name)));
    set(header::CONTENT_SECURITY_POLICY, FILE_POLICY.to_owned());
    set(header::CACHE_CONTROL, caching.to_owned());
    set(header::ACCEPT_RANGES, "bytes".to_owned());
    let length = range.as_ref().map_or(size, |range| range.end - range.start);
    set(header::CONTENT_LENGTH, length.to_string());
    if let Some(range) = range {
        set(header::CONTENT_RANGE, format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1)));
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    response.headers_mut().insert(header::ETAG, etag);
    Ok(response)
}

/// Reads a range of bytes. Several ranges, and units that are no bytes, mean the whole file.
fn parse_range(range: &str, size: u64) -> Result<Option<std::ops::Range<u64>>, ()> {
    let Some(range) = range.strip_prefix("bytes=").filter(|range| !range.contains(',')) else { return Ok(None) };
    let Some((first, last)) = range.trim().split_once('-') else { return Ok(None) };
    let number = |text: &str| text.trim().parse::<u64>();
    let (start, end) = match (number(first), number(last)) {
        (Ok(first), Ok(last)) if first <= last => (first, last.saturating_add(1).min(size)),
        (Ok(first), Err(_)) if last.is_empty() => (first, size),
        (Err(_), Ok(last)) if first.is_empty() => (size.saturating_sub(last), size),
        _ => return Ok(None),
    };
    if start < end { Ok(Some(start..end)) } else { Err(()) }
}

/// Shows a picture to staff by its number, as the editor does: `/quan-tri/thu-vien/anh-nho/12`.
pub async fn show_preview(State(media): State<Media>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let id = routes::PREVIEW.matches(parts.uri.path()).and_then(app::base::id::parse_id);
    let find = async {
        if !is_for_staff(&media.site, &parts).await? {
            return Err(AppError::SignIn);
        }
        let found = find_pictures(&media.site.pool, &[id.ok_or(AppError::NotFound)?]).await?;
        let size = found
            .first()
            .and_then(|(_, picture)| picture.sizes.iter().find(|size| size.width >= 480).or(picture.sizes.last()));
        size.map(app::features::media::Size::webp_path).ok_or(AppError::NotFound)
    };
    match find.await {
        Ok(path) => (StatusCode::FOUND, [(header::LOCATION, path), (header::CACHE_CONTROL, CACHE_NOTHING.to_owned())])
            .into_response(),
        Err(error) => failed(&error),
    }
}

/// Serves the original of a picture to staff: `/quan-tri/thu-vien/anh-goc/12`.
pub async fn serve_original(State(media): State<Media>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let id = routes::ORIGINAL.matches(parts.uri.path()).and_then(app::base::id::parse_id);
    let read = async {
        if !is_for_staff(&media.site, &parts).await? {
            return Err(AppError::SignIn);
        }
        let (hash, name) =
            find_original(&media.site.pool, id.ok_or(AppError::NotFound)?).await?.ok_or(AppError::NotFound)?;
        let bytes = media.site.state::<Storage>().open(Folder::Originals, &hash, None).await?;
        Ok((bytes.ok_or(AppError::NotFound)?, name))
    };
    match read.await {
        Ok((bytes, name)) => {
            let disposition = format!("attachment; filename*=UTF-8''{}", app::base::url::encode(&name));
            let headers = [
                (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
                (header::CONTENT_DISPOSITION, disposition),
                (header::CACHE_CONTROL, CACHE_NOTHING.to_owned()),
                (header::CONTENT_SECURITY_POLICY, FILE_POLICY.to_owned()),
                (header::ACCEPT_RANGES, "none".to_owned()),
            ];
            (headers, Body::from_stream(bytes)).into_response()
        }
        Err(error) => error_response(&media.site, &error, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_inside_of_the_file() {
        for (range, expected) in [
            ("bytes=0-3", Ok(Some(0..4))),
            ("bytes=8-", Ok(Some(8..10))),
            ("bytes=-4", Ok(Some(6..10))),
            ("bytes=-40", Ok(Some(0..10))),
            ("bytes=2-400", Ok(Some(2..10))),
            ("bytes=10-", Err(())),
            ("bytes=-0", Err(())),
            ("bytes=5-2", Ok(None)),
            ("bytes=0-1,3-4", Ok(None)),
            ("bytes=a-b", Ok(None)),
            ("lines=1-2", Ok(None)),
            ("bytes=18446744073709551615-", Err(())),
        ] {
            assert_eq!(parse_range(range, 10), expected, "{range}");
        }
    }

    #[test]
    fn a_hash_is_lower_case_hexadecimal() {
        assert!(is_hash("0123456789abcdef"));
        for bad in ["", "abc", "../../etc/passwd", "ABCDEF0123", &"a".repeat(65)] {
            assert!(!is_hash(bad), "{bad}");
        }
    }
}
