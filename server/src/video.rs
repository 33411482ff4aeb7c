//! The page of a video's player. It alone frames the host of the video, and only this site's pages frame it.

use app::features::media::video::Video;
use app::routes;
use app::web::site::Site;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use leptos::prelude::*;

/// Browsers keep a player for an hour.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=3600");

/// Shows the player of a video: `/video/youtube-dQw4w9WgXcQ-0123456789abcdef`.
pub async fn show_player(State(site): State<Site>, request: Request) -> Response {
    let found = routes::VIDEO.matches(request.uri().path()).and_then(|last| Video::find(&site.keys.cookie, last));
    let Some(video) = found else { return StatusCode::NOT_FOUND.into_response() };
    let origin = video.host.origin();
    let policy = format!(
        "default-src 'none'; frame-src {origin}; style-src 'self'; font-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'self'"
    );
    let mut response = Html(player_page(&video, &site.assets)).into_response();
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    headers.insert(header::CACHE_CONTROL, CACHE);
    headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    response
}

fn player_page(video: &Video, assets: &str) -> String {
    let label = format!("Video {}", video.host.label());
    // YouTube plays nothing for pages that do not say which site they belong to
    let page = view! {
        <html lang="vi">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="robots" content="noindex"/>
                <title>{label.clone()}</title>
                <link rel="stylesheet" href=format!("{assets}/main.css")/>
            </head>
            <body class="player-page">
                <iframe
                    class="video-player"
                    src=video.player_address()
                    title=label
                    allow="autoplay; fullscreen; encrypted-media; picture-in-picture"
                    referrerpolicy="strict-origin-when-cross-origin"
                ></iframe>
                <p><a href=video.address() rel="noopener">{format!("Mở trên {}", video.host.label())}</a></p>
            </body>
        </html>
    };
    format!("<!DOCTYPE html>{}", page.to_html())
}
