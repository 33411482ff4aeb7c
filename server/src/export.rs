//! Files that administrators take away.

use app::accounts::Role;
use app::error::AppError;
use app::forms::post::refuse_directly;
use app::session::staff_of;
use app::site::Site;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// All comments as a table. A post, so that no link of somebody else's makes one.
pub async fn comments(State(site): State<Site>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let staff = match staff_of(&site, &parts).await {
        Ok(Some(staff)) if staff.role == Role::Administrator => Ok(staff),
        Ok(Some(_)) => Err(AppError::NotAllowed),
        Ok(None) => Err(AppError::SignIn),
        Err(error) => Err(error),
    };
    let table = match staff {
        Ok(staff) => app::moderation::export::table(&site, &staff).await,
        Err(error) => Err(error),
    };
    match table {
        Ok(table) => {
            let day = app::clock::iso(time::OffsetDateTime::now_utc());
            let name = format!("attachment; filename=\"y-kien-{}.csv\"", &day[..10.min(day.len())]);
            let mut response = Body::from_stream(table).into_response();
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
            if let Ok(name) = HeaderValue::from_str(&name) {
                headers.insert(header::CONTENT_DISPOSITION, name);
            }
            response
        }
        Err(error) => refuse_directly(&site, &error, true),
    }
}
