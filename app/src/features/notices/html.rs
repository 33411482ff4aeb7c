//! Urgent notices as HTML.

use super::Notice;
use leptos::prelude::*;

/// The element that holds the notices of a page, also where there are none: open pages show new ones by it.
pub const CONTAINER: &str = "thong-bao-khan";

/// Takes away what the reader has put away, before anything is painted, so that nothing moves.
const PUT_AWAY: &str = "try{for(const n of document.querySelectorAll('[data-notice]'))\
(localStorage['loa-thong-bao']||'').split(' ').includes(n.dataset.notice)&&n.remove()}catch{}";

/// The notices at the top of every page. `nonce` is that of the rendering.
pub fn urgent_notices(notices: &[Notice], nonce: Option<String>) -> impl IntoView + use<> {
    let shown: Vec<_> = notices.iter().map(notice).collect();
    let script = (!shown.is_empty()).then(|| view! { <script nonce=nonce inner_html=PUT_AWAY></script> });
    view! { <div id=CONTAINER aria-live="polite">{shown}</div>{script} }
}

fn notice(notice: &Notice) -> impl IntoView + use<> {
    let link =
        (!notice.link.is_empty()).then(|| view! { <a href=notice.link.clone() rel="external">"Xem chi tiết"</a> });
    view! {
        <div class="urgent" data-notice=notice.id>
            <p><strong>"Thông báo khẩn: "</strong><span>{notice.message.clone()}</span>" "{link}</p>
            <button type="button" class="link-button" hidden>"Đã biết, ẩn đi"</button>
        </div>
    }
}
