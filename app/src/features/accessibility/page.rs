//! The statement on accessibility.

use crate::routes;
use crate::web::page::{Head, Page};
use crate::web::site::Site;
use leptos::prelude::*;

/// Reads the page.
pub fn read(site: &Site) -> Page {
    let info = &site.settings().info;
    let phone = (!info.phone.is_empty()).then(|| view! { <p>{format!("Điện thoại: {}", info.phone)}</p> });
    let email = (!info.email.is_empty()).then(|| view! { <p>{format!("Email: {}", info.email)}</p> });
    let html = view! {
        <div class="narrow prose">
            <h1>"Khả năng tiếp cận"</h1>
            <p>
                {format!(
                    "{} mong mọi người đều đọc và dùng được trang này: người lớn tuổi, người nhìn kém hoặc không \
                     nhìn thấy, người chỉ dùng bàn phím, người dùng điện thoại cũ và mạng chậm.",
                    info.body
                )}
            </p>
            <h2>"Trang này làm được gì"</h2>
            <ul>
                <li>
                    "Theo tiêu chuẩn WCAG 2.2 mức AA; mỗi trang được kiểm tra tự động ở nền sáng, nền tối và tương "
                    "phản cao."
                </li>
                <li>"Đọc, tìm, gửi ý kiến và đánh giá được khi trình duyệt không chạy mã, và chỉ bằng bàn phím."</li>
                <li>
                    "Mục “Cỡ chữ” ở đầu trang: phóng chữ đến 200 %, tương phản cao, dòng chữ ngắn. Lựa chọn được giữ "
                    "trên máy của ông/bà."
                </li>
                <li>"Ảnh trong bài có lời mô tả cho người không nhìn thấy."</li>
                <li>"Không có gì tự phát, tự chạy hay nhấp nháy."</li>
            </ul>
            <h2>"Điều chưa làm được"</h2>
            <ul>
                <li>
                    "Tệp tải về (PDF, Word, bảng tính) do nhiều nơi soạn, có tệp chưa đọc được bằng máy đọc màn hình."
                </li>
                <li>"Video và bản tin âm thanh chưa phải lúc nào cũng có lời viết kèm."</li>
            </ul>
            <h2>"Nếu ông/bà gặp khó khăn"</h2>
            <p>
                {format!(
                    "Liên hệ {} để nhận nội dung theo cách khác. Yêu cầu được trả lời trong 2 ngày làm việc.",
                    info.body
                )}
            </p>
            {phone}
            {email}
        </div>
    };
    Page {
        head: Head {
            title: format!("Khả năng tiếp cận - {}", info.name),
            description: format!("Cách đọc và dùng trang của {} dễ hơn, và nơi báo khi gặp khó khăn.", info.name),
            canonical: Some(format!("{}{}", site.public_url, routes::ACCESSIBILITY.path)),
            extra: String::new(),
        },
        html: html.to_html(),
        error: None,
        redirect: None,
    }
}
