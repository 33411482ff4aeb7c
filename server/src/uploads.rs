//! Uploads: files come as parts of a form, go to the disk as they come, and are then stored one by one.

use crate::health::DiskReserve;
use app::base::error::AppError;
use app::base::url::{local_path, with_parameter, without_parameter};
use app::features::media::html::{REFUSED, STORED};
use app::features::media::upload::{LARGE_FILE, NO_FILE, NO_SPACE, Stored, TOO_MANY, Upload, store_upload};
use app::features::media::{LONG_ALT, MAX_ALT, MAX_FILE};
use app::routes;
use app::web::forms::RETURN_TO;
use app::web::forms::post::error_response;
use app::web::limits::burst;
use app::web::permissions::Permission;
use app::web::request::accepts_html;
use app::web::session::{require_of_long_request, require_of_request};
use app::web::site::Site;
use app::web::staff::Staff;
use axum::Json;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::sync::Semaphore;

/// Requests that upload at once.
const MAX_UPLOADS: usize = 30;
/// Files that an account may upload at once, and after so many seconds one more.
const BURST: u32 = 60;
const SECONDS_PER_FILE: u64 = 3;
/// The slowest line, in bytes a second, and the time that any upload has.
const MIN_SPEED: u64 = 10_000;
const GRACE: Duration = Duration::from_secs(30);
/// The longest field beside the files, in bytes.
const MAX_FIELD: usize = 8 * 1024;

/// What uploads need beside the site. Cheap to clone.
#[derive(Clone)]
pub struct Uploads {
    site: Site,
    /// The folder where files wait until they are stored.
    folder: PathBuf,
    reserve: Option<DiskReserve>,
    permits: Arc<Semaphore>,
}

impl Uploads {
    /// Uploads that wait in this folder, as long as the reserve of its disk is left.
    pub fn new(site: Site, folder: PathBuf, reserve: Option<DiskReserve>) -> Self {
        Self { site, folder, reserve, permits: Arc::new(Semaphore::new(MAX_UPLOADS)) }
    }
}

/// What became of one file, for the script that sent it.
#[derive(Debug, Serialize)]
struct Outcome {
    name: String,
    /// The number of the picture that it is now.
    picture: Option<i64>,
    /// The number of the file that it is now.
    file: Option<i64>,
    /// The address of that file.
    path: Option<String>,
    /// Why it was not stored.
    error: Option<String>,
    /// Seconds after which another attempt can succeed.
    retry: Option<u32>,
    #[serde(skip)]
    code: String,
}

/// The fields beside the files.
#[derive(Debug, Default)]
struct Fields {
    return_to: String,
    alt: String,
    replaces: Option<i64>,
}

/// Takes files and answers with what became of each: JSON for scripts, and for people the page that they were sent
/// from.
pub async fn receive_files(State(uploads): State<Uploads>, request: Request) -> Response {
    let html = accepts_html(request.headers());
    let (parts, body) = request.into_parts();
    match receive(&uploads, &parts, Request::from_parts(parts.clone(), body)).await {
        Ok((fields, outcomes)) if html => redirect(&fields.return_to, &outcomes),
        Ok((_, outcomes)) => ([(header::CACHE_CONTROL, "no-store")], Json(outcomes)).into_response(),
        Err(Refused::Slow) => (StatusCode::REQUEST_TIMEOUT, [(header::CONNECTION, "close")]).into_response(),
        Err(Refused::Error(error)) if html => error_response(&uploads.site, &error, true),
        Err(Refused::Error(error)) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut response = (status, Json(serde_json::json!({ "error": error.message() }))).into_response();
            app::web::forms::post::set_error_headers(&error, response.headers_mut());
            response
        }
    }
}

/// Why a whole request was refused.
enum Refused {
    Error(AppError),
    /// It came too slowly.
    Slow,
}

impl From<AppError> for Refused {
    fn from(error: AppError) -> Self {
        Self::Error(error)
    }
}

async fn receive(uploads: &Uploads, parts: &Parts, request: Request) -> Result<(Fields, Vec<Outcome>), Refused> {
    let site = &uploads.site;
    let mut staff = require_of_request(site, parts, Permission::ManageMedia).await?;
    let _permit = uploads.permits.try_acquire().map_err(|_| AppError::SlowDown { seconds: 5 })?;
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| AppError::NotFound)?;
    let (mut fields, mut outcomes) = (Fields::default(), Vec::new());
    let mut pace = Pace { started: Instant::now(), received: 0, stored: Duration::ZERO };
    while let Some(field) = pace.wait(form.next_field()).await? {
        let name = field.name().unwrap_or_default().to_owned();
        if name != "file" {
            let value = read_field(&mut pace, field).await?;
            match name.as_str() {
                RETURN_TO => fields.return_to = value,
                "alt" => fields.alt = app::base::text::clean_line(&value),
                "replaces" => fields.replaces = app::base::id::parse_id(&value),
                _ => {}
            }
            continue;
        }
        let name = field.file_name().unwrap_or_default().to_owned();
        let file = write_file(uploads, &mut pace, field).await?;
        // a form without a chosen file sends an empty one without a name
        if name.is_empty() && matches!(&file, Ok((_, 0))) {
            continue;
        }
        // a long upload may outlive its session
        if pace.started.elapsed() > GRACE {
            staff = require_of_long_request(site, parts, Permission::ManageMedia).await?;
        }
        let began = Instant::now();
        let stored = match file {
            Ok(file) => store(site, &staff, &fields, file, &name).await,
            Err(error) => Err(error),
        };
        pace.stored += began.elapsed();
        outcomes.push(Outcome::new(name, stored));
    }
    if outcomes.is_empty() {
        outcomes.push(Outcome::new(String::new(), Err(AppError::invalid(NO_FILE))));
    }
    Ok((fields, outcomes))
}

async fn store(
    site: &Site,
    staff: &Staff,
    fields: &Fields,
    (mut file, size): (tokio::fs::File, u64),
    name: &str,
) -> Result<Stored, AppError> {
    site.limits.take("uploads", burst(BURST, SECONDS_PER_FILE), &[&staff.id.to_be_bytes()])?;
    if fields.alt.chars().count() > MAX_ALT {
        return Err(AppError::invalid(LONG_ALT));
    }
    let upload = Upload { file: &mut file, size, name, alt: &fields.alt, replaces: fields.replaces };
    let stored = store_upload(site, staff, upload).await;
    if stored.is_ok() && fields.replaces.is_some() {
        // before the answer, so that its sender finds it done
        site.hub.announce(app::live::hub::Change::Site);
    }
    stored
}

/// How fast a request comes.
struct Pace {
    started: Instant,
    received: u64,
    /// How long it waited for what came to be stored.
    stored: Duration,
}

impl Pace {
    /// Waits for the next part, for as long as the whole keeps its pace.
    async fn wait<T>(
        &self,
        next: impl Future<Output = Result<T, axum::extract::multipart::MultipartError>>,
    ) -> Result<T, Refused> {
        let allowed = GRACE + Duration::from_secs(self.received / MIN_SPEED) + self.stored;
        let left = allowed.saturating_sub(self.started.elapsed()).min(GRACE);
        match tokio::time::timeout(left, next).await {
            Ok(Ok(part)) => Ok(part),
            // the connection was lost, or what came is no form
            Ok(Err(_)) => Err(Refused::Error(AppError::NotFound)),
            Err(_) => Err(Refused::Slow),
        }
    }
}

async fn read_field(pace: &mut Pace, mut field: Field<'_>) -> Result<String, Refused> {
    let mut bytes = Vec::new();
    while let Some(chunk) = pace.wait(field.chunk()).await? {
        pace.received += chunk.len() as u64;
        if bytes.len() + chunk.len() > MAX_FIELD {
            return Err(Refused::Error(AppError::TooLarge));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8_lossy(&bytes).replace('\0', ""))
}

/// Writes a file to the disk as it comes, and returns it with its length. It has no name there, so that nothing is left
/// of it when the program is killed. One that is too large is read to its end and not kept, so
/// that the files behind it still come.
async fn write_file(
    uploads: &Uploads,
    pace: &mut Pace,
    mut field: Field<'_>,
) -> Result<Result<(tokio::fs::File, u64), AppError>, Refused> {
    let mut size = 0;
    let mut file = open_file(uploads);
    while let Some(chunk) = pace.wait(field.chunk()).await? {
        pace.received += chunk.len() as u64;
        size += chunk.len() as u64;
        if size > MAX_FILE {
            file = Err(AppError::invalid(LARGE_FILE));
        }
        if let Ok(open) = &mut file
            && let Err(error) = open.write_all(&chunk).await
        {
            file = Err(unwritable(&error));
        }
    }
    let mut file = match file {
        Ok(file) => file,
        Err(error) => return Ok(Err(error)),
    };
    Ok(match file.flush().await {
        Ok(()) => Ok((file, size)),
        Err(error) => Err(unwritable(&error)),
    })
}

fn open_file(uploads: &Uploads) -> Result<tokio::fs::File, AppError> {
    if uploads.reserve.as_ref().is_some_and(|reserve| !reserve.is_left()) {
        tracing::warn!("an upload was refused: the disk's reserve is reached");
        return Err(AppError::Unavailable);
    }
    let file = tempfile::tempfile_in(&uploads.folder).map_err(|error| unwritable(&error))?;
    Ok(tokio::fs::File::from_std(file))
}

fn unwritable(error: &std::io::Error) -> AppError {
    tracing::error!(%error, "an upload could not be written");
    AppError::Unavailable
}

impl Outcome {
    fn new(name: String, stored: Result<Stored, AppError>) -> Self {
        let mut outcome =
            Self { name, picture: None, file: None, path: None, error: None, retry: None, code: String::new() };
        match stored {
            Ok(Stored::Picture(id)) => outcome.picture = Some(id),
            Ok(Stored::File(id, path)) => {
                outcome.file = Some(id);
                outcome.path = Some(path);
            }
            Err(error) => {
                if let AppError::SlowDown { seconds } = error {
                    outcome.retry = Some(seconds);
                }
                let problem = match &error {
                    AppError::Invalid(problems) => problems.first().cloned(),
                    AppError::Unavailable => Some(NO_SPACE),
                    AppError::SlowDown { .. } => Some(TOO_MANY),
                    _ => None,
                };
                outcome.code = problem.as_ref().map_or(NO_SPACE.code, |problem| problem.code.clone()).into_owned();
                outcome.error =
                    Some(problem.map_or_else(|| error.message(), |problem| format!("{}.", problem.message)));
            }
        }
        outcome
    }
}

/// Leads back to the page, which says what became of the files.
fn redirect(return_to: &str, outcomes: &[Outcome]) -> Response {
    let page = if return_to.is_empty() { routes::DESK_LIBRARY.path } else { local_path(return_to) };
    let page = without_parameter(&without_parameter(page, STORED), REFUSED);
    let stored = outcomes.iter().filter(|outcome| outcome.error.is_none()).count();
    let codes: Vec<&str> = outcomes
        .iter()
        .filter(|outcome| outcome.error.is_some())
        .map(|outcome| outcome.code.as_str())
        .take(50)
        .collect();
    let page = with_parameter(&page, STORED, &stored.to_string());
    let page = if codes.is_empty() { page } else { with_parameter(&page, REFUSED, &codes.join(".")) };
    let location = HeaderValue::from_str(&format!("{page}#ban-duyet"));
    let location = location.unwrap_or(HeaderValue::from_static(routes::DESK_LIBRARY.path));
    (
        StatusCode::SEE_OTHER,
        [(header::LOCATION, location), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))],
    )
        .into_response()
}
