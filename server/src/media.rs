//! Serves pictures and files. What is read often is answered from memory, and who may see it is looked up anew after
//! every change of the site.

use crate::negotiation::{has_current_copy, parse_range};
use crate::security_headers::complete_headers;
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
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
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
/// What the headers of a picture take, nearly, in bytes.
const HEADER_WEIGHT: usize = 2048;
/// For files from outside: a browser that opens one runs nothing of it.
const FILE_POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// Serves pictures and files. Cheap to clone.
#[derive(Clone)]
pub struct Media {
    site: Site,
    /// Pictures by their names.
    pictures: Cache<Arc<str>, Arc<StoredPicture>>,
    /// Who may see a picture, as of a state of the site.
    audiences: Cache<(Arc<str>, [u64; 2]), Option<Audience>>,
}

/// A picture with the headers of its answer to everybody.
struct StoredPicture {
    headers: HeaderMap,
    etag: HeaderValue,
    bytes: Bytes,
}

impl StoredPicture {
    fn new((hash, format): (&str, Format), bytes: Bytes, is_https: bool) -> Self {
        let etag = etag_of(hash);
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
        headers.insert(header::ETAG, etag.clone());
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHE_ONE_DAY));
        complete_headers(&mut headers, is_https);
        Self { headers, etag, bytes }
    }

    fn respond(&self, request_headers: &HeaderMap) -> Response {
        let is_known = has_current_copy(request_headers, &self.etag);
        let body = if is_known { Body::empty() } else { Body::from(self.bytes.clone()) };
        let mut response = Response::new(body);
        *response.headers_mut() = self.headers.clone();
        match is_known {
            true => *response.status_mut() = StatusCode::NOT_MODIFIED,
            false => {
                response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(self.bytes.len()));
            }
        }
        response
    }
}

/// The formats in which pictures are stored.
#[derive(Clone, Copy)]
enum Format {
    Webp,
    Jpeg,
}

impl Format {
    /// The format of a file with this ending.
    fn parse(ending: &str) -> Option<Self> {
        match ending {
            "webp" => Some(Self::Webp),
            "jpg" => Some(Self::Jpeg),
            _ => None,
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Webp => "webp",
            Self::Jpeg => "jpg",
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Webp => "image/webp",
            Self::Jpeg => "image/jpeg",
        }
    }
}

impl Media {
    /// Keeps at most so many bytes of pictures in memory.
    pub fn new(site: Site, bytes: u64) -> Self {
        let weigh = |_: &Arc<str>, picture: &Arc<StoredPicture>| {
            u32::try_from(picture.bytes.len() + HEADER_WEIGHT).unwrap_or(u32::MAX)
        };
        let pictures = Cache::builder().max_capacity(bytes).weigher(weigh).build();
        let audiences = Cache::builder().max_capacity(MAX_AUDIENCES).time_to_live(AUDIENCE_AGE).build();
        Self { site, pictures, audiences }
    }

    /// Finds who may see a picture. It is looked up once for each state of the site.
    async fn find_audience(
        &self,
        name: &Arc<str>,
        (hash, format): (&str, Format),
    ) -> Result<Option<Audience>, AppError> {
        let lookup = find_picture_audience(&self.site.pool, hash, format.ending());
        self.audiences
            .try_get_with((Arc::clone(name), self.state()), lookup)
            .await
            .map_err(|error: Arc<AppError>| AppError::clone(&error))
    }

    /// Loads the bytes of a picture, from memory where they were read before.
    async fn load_picture(
        &self,
        name: &Arc<str>,
        (hash, format): (&str, Format),
    ) -> Result<Option<Arc<StoredPicture>>, AppError> {
        if let Some(picture) = self.pictures.get(name).await {
            return Ok(Some(picture));
        }
        let stored = self.site.state::<Storage>().load(Folder::Sizes, name, None).await?;
        let bytes = match stored {
            Some(bytes) => Some(bytes),
            // not moved yet
            None => load_unmoved(&self.site.pool, hash, format.ending()).await?.map(Bytes::from),
        };
        let Some(bytes) = bytes else { return Ok(None) };
        let picture = Arc::new(StoredPicture::new((hash, format), bytes, self.site.is_https()));
        self.pictures.insert(Arc::clone(name), Arc::clone(&picture)).await;
        Ok(Some(picture))
    }

    /// The state of the site in which an audience was found.
    fn state(&self) -> [u64; 2] {
        self.site.hub.generation(None).site_state()
    }

    /// Answers with a picture that is in memory and that everybody may see, and where it is known that there is none;
    /// `None` for every other request.
    pub async fn answer_from_memory(&self, method: &Method, path: &str, headers: &HeaderMap) -> Option<Response> {
        let name = routes::IMAGE.matches(path).filter(|_| matches!(*method, Method::GET | Method::HEAD))?;
        let name: Arc<str> = name.into();
        match self.audiences.get(&(Arc::clone(&name), self.state())).await? {
            None => {
                let mut response = plain(StatusCode::NOT_FOUND);
                complete_headers(response.headers_mut(), self.site.is_https());
                Some(response)
            }
            Some(Audience::Public) => Some(self.pictures.get(&name).await?.respond(headers)),
            Some(Audience::Staff | Audience::Gone) => None,
        }
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
    let Some(format) = Format::parse(format) else { return plain(StatusCode::NOT_FOUND) };
    let name: Arc<str> = name.into();
    match read_picture(&media, &parts, &name, (hash, format)).await {
        Ok(Ok((picture, caching))) => {
            let mut response = picture.respond(&parts.headers);
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
            response
        }
        Ok(Err(status)) => plain(status),
        Err(error) => failed(&error),
    }
}

fn etag_of(hash: &str) -> HeaderValue {
    HeaderValue::try_from(format!("\"{hash}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

async fn read_picture(
    media: &Media,
    parts: &Parts,
    name: &Arc<str>,
    (hash, format): (&str, Format),
) -> Result<Result<(Arc<StoredPicture>, &'static str), StatusCode>, AppError> {
    let audience = media.find_audience(name, (hash, format)).await?;
    let caching = match admit(&media.site, parts, audience).await? {
        Ok(caching) => caching,
        Err(_) if is_in_given_preview(&media.site, parts, hash).await? => CACHE_NOTHING,
        Err(status) => return Ok(Err(status)),
    };
    let picture = media.load_picture(name, (hash, format)).await?;
    Ok(picture.map(|picture| (picture, caching)).ok_or(StatusCode::NOT_FOUND))
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
    if has_current_copy(&parts.headers, &etag) {
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
    fn a_hash_is_lower_case_hexadecimal() {
        assert!(is_hash("0123456789abcdef"));
        for bad in ["", "abc", "../../etc/passwd", "ABCDEF0123", &"a".repeat(65)] {
            assert!(!is_hash(bad), "{bad}");
        }
    }
}
