//! What the site stores about people, why, for how long, and whom to ask.

use crate::base::format::format_number;
use crate::features::comments::{COMMENT_MONTHS, REFUSED_DAYS};
use crate::features::faults::FAULT_DAYS;
use crate::features::inquiries::INQUIRY_MONTHS;
use crate::routes;
use crate::web::page::{Head, Page};
use crate::web::settings::SiteInfo;
use crate::web::site::Site;
use leptos::prelude::*;

/// Reads the page.
pub fn read(site: &Site) -> Page {
    let settings = site.settings();
    let info = &settings.info;
    let intro = format!("Trang này do {} quản lý. Đọc tin không cần khai báo gì và không để lại cookie.", info.body);
    let html = view! {
        <div class="narrow prose">
            <h1>"Quyền riêng tư"</h1>
            <p>{intro}</p>
            {comments(
                settings.number(&COMMENT_MONTHS),
                settings.number(&REFUSED_DAYS),
                settings.number(&FAULT_DAYS),
            )}
            {inquiries(settings.number(&INQUIRY_MONTHS), settings.number(&REFUSED_DAYS))}
            {reading()}
            <h2>"Yêu cầu xem, sửa hoặc xóa"</h2>
            <p>
                <a href=routes::REQUEST_OWN_DATA.path>"Gửi yêu cầu về dữ liệu cá nhân"</a>
                {format!(" đến {}, hoặc liên hệ trực tiếp. Yêu cầu được trả lời trong 2 ngày làm việc.", info.body)}
            </p>
            {contact(info)}
        </div>
    };
    Page {
        head: Head {
            title: format!("Quyền riêng tư - {}", info.name),
            description: format!("Trang {} lưu gì về ông/bà, để làm gì và trong bao lâu.", info.name),
            canonical: Some(format!("{}{}", site.public_url, routes::PRIVACY.path)),
            extra: String::new(),
        },
        html: html.to_html(),
        error: None,
        redirect: None,
    }
}

fn comments(months: u32, days: u32, fault_days: u32) -> impl IntoView {
    let fault_days = format_number(i64::from(fault_days));
    view! {
        <h2>"Khi ông/bà gửi ý kiến"</h2>
        <p>
            "Trang lưu họ tên, email (nếu ông/bà ghi), nội dung, thời điểm gửi và nội dung ông/bà đã đồng ý. "
            "Họ tên và nội dung được đăng sau khi cán bộ duyệt, hoặc ngay khi gửi nếu trang cho phép người từng được duyệt "
            "đăng ngay. Email không được đăng; nếu ông/bà chọn được báo tin, "
            "một thư được gửi đến đó khi ý kiến đã được quyết định."
        </p>
        <ul>
            <li>{format!("Ý kiến đã đăng được giữ {} tháng.", format_number(i64::from(months)))}</li>
            <li>{format!("Ý kiến không được đăng hoặc đã gỡ được giữ {} ngày.", format_number(i64::from(days)))}</li>
            <li>
                "Khi cán bộ chặn một người viết, trang giữ mã ngẫu nhiên của người đó, thời hạn và câu nhắn cho đến "
                "khi hết hạn, hoặc 30 ngày sau khi bỏ chặn. Ý kiến của người bị chặn vẫn được nhận và chờ xem xét."
            </li>
            <li>
                "Khi cán bộ duyệt một ý kiến, trang ghi nhớ rằng mã ngẫu nhiên của người viết đã được duyệt. Ghi nhớ này "
                "mất khi một ý kiến của người đó bị từ chối hoặc gỡ, khi người đó bị chặn, hoặc cùng ý kiến cuối cùng."
            </li>
            <li>
                "Với ý kiến là câu hỏi, cơ quan ghi hạn trả lời, người trả lời và bộ phận đã chuyển đến. Cán bộ có thể "
                "viết ghi chú nội bộ; ghi chú không được đăng, và ông/bà có quyền hỏi xem. Ghi chú về một ý kiến bị xóa "
                "cùng ý kiến đó, ghi chú về người viết bị xóa cùng ý kiến cuối cùng của người đó."
            </li>
            <li>"Nội dung đang viết dở chỉ nằm trong trình duyệt của ông/bà cho đến khi gửi hoặc đóng thẻ."</li>
            <li>"Nội dung của biểu mẫu gửi chưa thành công được giữ 30 phút để ông/bà không phải viết lại."</li>
        </ul>
        <p>
            "Mỗi ý kiến có một địa chỉ riêng cho người viết, để xem kết quả, sửa, rút, hoặc xóa mọi dữ liệu của mình."
        </p>
        <h2>"Khi ông/bà đánh giá bài viết"</h2>
        <p>
            "Trang lưu số sao cùng một mã ngẫu nhiên, để mỗi người chỉ được tính một lần và có thể sửa hoặc rút "
            "lại. Mã này không cho biết ông/bà là ai."
        </p>
        <h2>"Khi ông/bà báo vi phạm"</h2>
        <p>
            "Trang lưu lý do, lời ông/bà viết thêm và cùng mã ngẫu nhiên đó, để mỗi người chỉ báo một lần. "
            "Người bị báo không biết ai đã báo."
        </p>
        <h2>"Khi ông/bà báo lỗi bài viết"</h2>
        <p>
            "Trang lưu lời báo, đoạn ông/bà đã chọn và cùng mã ngẫu nhiên đó. Chỉ cán bộ đọc được. Lời báo bị xóa "
            {fault_days}" ngày sau khi xử lý; ông/bà có một địa chỉ riêng để xem kết quả và xóa sớm hơn."
        </p>
    }
}

fn inquiries(months: u32, days: u32) -> impl IntoView {
    view! {
        <h2>"Khi ông/bà gửi lời nhắn ở trang Liên hệ"</h2>
        <p>
            "Trang lưu họ tên, email và điện thoại (nếu ông/bà ghi), nội dung, thời điểm gửi và nội dung ông/bà đã đồng ý. "
            "Lời nhắn và câu trả lời không được đăng; chỉ cán bộ và người có địa chỉ riêng đọc được. "
            {format!(
                "Lời nhắn đã xử lý được giữ {} tháng, lời nhắn không được tiếp nhận hoặc đã rút được giữ {} ngày.",
                format_number(i64::from(months)),
                format_number(i64::from(days)),
            )}
        </p>
    }
}

fn reading() -> impl IntoView {
    view! {
        <h2>"Khi ông/bà đọc tin"</h2>
        <p>
            "Lượt truy cập được đếm bằng một mã băm của địa chỉ IP và trình duyệt. Các mã này được xóa khi "
            "hết ngày; chỉ còn lại các con số."
        </p>
        <p>
            "Từ ông/bà tìm kiếm không được lưu và không được ghi lại. Cỡ chữ, độ tương phản và thông báo đã ẩn chỉ được "
            "nhớ trong trình duyệt của ông/bà."
        </p>
        <p>
            "Video trong bài nằm ở YouTube, Vimeo hoặc Facebook. Trang không gửi gì đến các nơi đó cho tới khi ông/bà "
            "bấm xem; khi đó họ nhận địa chỉ IP của ông/bà và theo quy định riêng của họ. Nút Facebook dưới bài viết "
            "chỉ là một liên kết."
        </p>
        <h2>"Cookie"</h2>
        <p>
            "Cookie chỉ được đặt khi ông/bà đánh giá, gửi ý kiến, gửi lời nhắn, báo vi phạm, báo lỗi hoặc đăng nhập. Cookie của người đọc được "
            "giữ 400 ngày và chỉ chứa mã ngẫu nhiên đã ký."
        </p>
        <h2>"Địa chỉ IP"</h2>
        <p>
            "Địa chỉ IP của ông/bà không được lưu. Máy chủ chỉ dùng nó trong chốc lát để ngăn gửi tự động hàng loạt."
        </p>
    }
}

fn contact(info: &SiteInfo) -> impl IntoView + use<> {
    let lines = [("Địa chỉ", &info.address), ("Điện thoại", &info.phone), ("Email", &info.email)];
    let lines = lines.into_iter().filter(|(_, value)| !value.is_empty());
    let lines = lines.map(|(label, value)| view! { <li>{format!("{label}: {value}")}</li> });
    view! { <ul>{lines.collect_view()}</ul> }
}
