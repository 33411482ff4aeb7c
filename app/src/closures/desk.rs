//! Closing and opening, by plain forms at the desk.

#![allow(missing_docs, reason = "the macro makes a struct of a server function's arguments, which take no words")]

use crate::error::AppError;
use leptos::prelude::*;

/// Closes comments, ratings or both at an article, or, without one, everywhere.
#[server(prefix = "/api", endpoint = "close", output = server_fn::codec::Postcard)]
pub async fn close(
    #[server(default)] article: String,
    #[server(default)] comments: String,
    #[server(default)] ratings: String,
    #[server(default)] words: String,
) -> Result<(), AppError> {
    let staff = crate::session::staff().await?;
    let site = crate::site::site()?;
    let place = place(&article)?;
    let by = crate::audit::By { account: Some(staff.id), key: &site.audit };
    let what = (comments == "1", ratings == "1");
    super::store::close(&site.pool, by, place, what, &crate::text::line(&words)).await?;
    done(&site);
    Ok(())
}

/// Opens what is closed at an article, or, without one, everywhere.
#[server(prefix = "/api", endpoint = "open", output = server_fn::codec::Postcard)]
pub async fn open(#[server(default)] article: String) -> Result<(), AppError> {
    let staff = crate::session::staff().await?;
    let site = crate::site::site()?;
    let by = crate::audit::By { account: Some(staff.id), key: &site.audit };
    super::store::open(&site.pool, by, place(&article)?).await?;
    done(&site);
    Ok(())
}

#[cfg(feature = "ssr")]
fn place(typed: &str) -> Result<Option<i64>, AppError> {
    match typed {
        "" => Ok(None),
        id => crate::articles::parse_id(id).map(Some).ok_or(AppError::NotFound),
    }
}

#[cfg(feature = "ssr")]
fn done(site: &crate::site::Site) {
    site.hub.changed(crate::live::hub::Change::Closures);
    crate::forms::post::go_to("/quan-tri?muc=dong-mo", "ban-duyet");
}
