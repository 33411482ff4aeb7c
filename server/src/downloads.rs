//! Downloads for staff.

use app::base::clock;
use app::base::error::AppError;
use app::features::moderation::export::export_comments;
use app::features::moderation::figure_tables::{Days, REVERSED_DAYS, read_tables, to_csv};
use app::web::forms::post::error_response;
use app::web::page::PageRequest;
use app::web::permissions::Permission;
use app::web::session::require_of_request;
use app::web::site::Site;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use time::OffsetDateTime;

/// Downloads all comments as a table. It is a POST, so that no link on another site starts it.
pub async fn download_comments(State(site): State<Site>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match open_export(&site, &parts).await {
        Ok(table) => download(table, "y-kien"),
        Err(error) => error_response(&site, &error, true),
    }
}

async fn open_export(site: &Site, parts: &Parts) -> Result<Body, AppError> {
    let staff = require_of_request(site, parts, Permission::ExportComments).await?;
    Ok(Body::from_stream(export_comments(site, &staff).await?))
}

/// Downloads the tables of the desk's figures for the days that the address names.
pub async fn download_figures(State(site): State<Site>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match open_figures(&site, &parts).await {
        Ok(tables) => download(tables, "so-lieu"),
        Err(error) => error_response(&site, &error, true),
    }
}

async fn open_figures(site: &Site, parts: &Parts) -> Result<Body, AppError> {
    require_of_request(site, parts, Permission::ReadFigures).await?;
    let address = PageRequest::new("", parts.uri.query().unwrap_or_default());
    let today = clock::local_day(OffsetDateTime::now_utc());
    let days = Days::parse(&address.text("tu"), &address.text("den"), today).ok_or(AppError::invalid(REVERSED_DAYS))?;
    Ok(Body::from(to_csv(&read_tables(site, days).await?)))
}

/// A table that the browser saves as a file of this name and today's date.
fn download(table: Body, name: &str) -> Response {
    let mut response = table.into_response();
    let day = clock::local_day(OffsetDateTime::now_utc());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Ok(name) = HeaderValue::try_from(format!("attachment; filename=\"{name}-{day}.csv\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    response
}
