//! The code that printed articles carry, which leads a phone back to the page.

use app::base::id::parse_id;
use app::features::articles::short_path;
use app::routes;
use app::web::site::Site;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write as _;

/// Light modules around the code, so that cameras find it.
const BORDER: i32 = 4;

/// Draws the code of an article's address: `/ma-qr/12`. The address is short and leads on to the article's own.
pub async fn draw_article_code(State(site): State<Site>, request: Request) -> Response {
    let id = routes::QR_CODE.matches(request.uri().path()).and_then(parse_id);
    let code = id
        .and_then(|id| QrCode::encode_text(&format!("{}{}", site.public_url, short_path(id)), QrCodeEcc::Medium).ok());
    match code {
        Some(code) => {
            let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")];
            (headers, to_svg(&code)).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn to_svg(code: &QrCode) -> String {
    let side = code.size() + 2 * BORDER;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|&x| code.get_module(x, y)) {
            // writing to memory does not fail
            let _ = write!(path, "M{} {}h1v1h-1z", x + BORDER, y + BORDER);
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/><path d=\"{path}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_with_its_border() {
        let code = QrCode::encode_text("https://a.vn/tin-tuc/bai-12", QrCodeEcc::Medium).expect("fits");
        let svg = to_svg(&code);
        assert!(svg.contains(&format!("viewBox=\"0 0 {0} {0}\"", code.size() + 8)), "{svg}");
        assert!(svg.contains("M4 4h1v1h-1z"), "the corner is dark: {svg}");
    }
}
