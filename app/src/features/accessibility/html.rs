//! The choice of size, contrast and width of text, as HTML. Without script it says what the browser does.

use leptos::prelude::*;

/// Applies what the reader chose, before anything is painted. `frontend/page/display.js` stores it.
pub const APPLY_DISPLAY: &str =
    "try{const d=localStorage['loa-hien-thi'];if(d)document.documentElement.dataset.display=d}catch{}";

/// The menu in the header of every page.
pub fn display_menu() -> impl IntoView {
    view! {
        <details class="header-panel">
            <summary aria-label="Cỡ chữ và màu">"Cỡ chữ"</summary>
            <div class="panel display-choices">
                <noscript>
                    <p>
                        "Để phóng to chữ: mở trình đơn của trình duyệt, chọn cỡ chữ hoặc thu phóng. "
                        "Trên máy tính: giữ Ctrl rồi bấm phím +."
                    </p>
                </noscript>
                <p class="display-sizes" role="group" aria-label="Cỡ chữ" hidden>
                    <button type="button" class="button secondary" data-size="-1" aria-label="Chữ nhỏ hơn">"A−"</button>
                    <button type="button" class="button secondary" data-size="0" aria-label="Cỡ chữ thường">"A"</button>
                    <button type="button" class="button secondary" data-size="1" aria-label="Chữ to hơn">"A+"</button>
                    <span role="status" class="quiet"></span>
                </p>
                <p hidden>
                    <button type="button" class="button secondary" data-toggle="contrast" aria-pressed="false">
                        "Tương phản cao"
                    </button>
                </p>
                <p hidden>
                    <button type="button" class="button secondary" data-toggle="narrow" aria-pressed="false">
                        "Dòng chữ ngắn"
                    </button>
                </p>
            </div>
        </details>
    }
}
