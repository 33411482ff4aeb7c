use super::*;

fn find(address: &str) -> Target {
    match address {
        "/uploads/a.jpg" => Target::Picture(7),
        "/uploads/a.pdf" => Target::File("/tep/abcdef01/a.pdf".to_owned()),
        _ => Target::Elsewhere,
    }
}

#[test]
fn a_body_keeps_what_it_says() {
    let picture = "<figure><img data-picture=\"7\"></figure>";
    for (old, new) in [
        (
            "<p style=\"text-align: justify;\">Bà <b>con</b> &amp; <i>cô</i></p>",
            "<p>Bà <strong>con</strong> &amp; <em>cô</em></p>",
        ),
        ("<h1>Một</h1><h4>Hai</h4>", "<h2>Một</h2><h3>Hai</h3>"),
        ("Chữ rời<div>khối <span>một</span></div><div><div>hai</div></div>", "<p>Chữ rời</p><p>khối một</p><p>hai</p>"),
        ("<p>trước <img src=\"/uploads/a.jpg\" alt=x> sau</p>", &format!("<p>trước </p>{picture}<p> sau</p>")),
        ("<div style='text-align:center'><img src='/uploads/a.jpg'></div>", picture),
        (
            "<p><strong><img src='/uploads/a.jpg'>Chú thích</strong></p>",
            &format!("{picture}<p><strong>Chú thích</strong></p>"),
        ),
        ("<a href='/uploads/a.jpg'><img src='/uploads/a.jpg'></a>", picture),
        ("<a href='#'><img src='/uploads/a.jpg'></a>", picture),
        (
            "<p><a href='/uploads/a.pdf'><img src='/uploads/a.jpg'></a></p>",
            &format!("{picture}<p><a href=\"/tep/abcdef01/a.pdf\" rel=\"noopener\">a.pdf</a></p>"),
        ),
        (
            "<a href='https://a.vn/dich-vu'><img src='/uploads/a.jpg'></a>",
            &format!("{picture}<p><a href=\"https://a.vn/dich-vu\" rel=\"noopener\">dich-vu</a></p>"),
        ),
        (
            "<iframe src='/uploads/a.pdf'></iframe><object data='/uploads/a.pdf'><embed src='/uploads/a.pdf'></object>",
            &"<p><a href=\"/tep/abcdef01/a.pdf\" rel=\"noopener\">/tep/abcdef01/a.pdf</a></p>".repeat(3),
        ),
        (
            "<p>trước</p><embed src='https://a.vn/x'><p>giữa</p>\
             <video><source src='https://a.vn/y'></video><p>sau</p>",
            "<p>trước</p><p><a href=\"https://a.vn/x\" rel=\"noopener\">https://a.vn/x</a></p><p>giữa</p>\
             <p><a href=\"https://a.vn/y\" rel=\"noopener\">y</a></p><p>sau</p>",
        ),
        (
            "<figure class=image><img src='/uploads/a.jpg'><figcaption>Quang <b>cảnh</b></figcaption></figure>",
            "<figure><img data-picture=\"7\"><figcaption>Quang <strong>cảnh</strong></figcaption></figure>",
        ),
        (
            "<p><a href='/uploads/a.pdf'>Kế hoạch</a> <a href='https://a.vn/x'>ngoài</a></p>",
            "<p><a href=\"/tep/abcdef01/a.pdf\" rel=\"noopener\">Kế hoạch</a> \
             <a href=\"https://a.vn/x\" rel=\"noopener\">ngoài</a></p>",
        ),
        (
            "<p><img src='https://a.vn/b.png' alt='Bản đồ'></p>",
            "<p><a href=\"https://a.vn/b.png\" rel=\"noopener\">Bản đồ</a></p>",
        ),
        (
            "<iframe src='//www.youtube.com/embed/dQw4w9WgXcQ?rel=0'></iframe>",
            "<p><a href=\"https://www.youtube.com/watch?v=dQw4w9WgXcQ\" rel=\"noopener\">\
             https://www.youtube.com/watch?v=dQw4w9WgXcQ</a></p>",
        ),
        (
            "<table border=1><caption>Bảng</caption><tr><td><p>a</p></td><td>b<br>c</td></tr></table>",
            "<p>Bảng</p><table><tbody><tr><td>a</td><td>b<br>c</td></tr></tbody></table>",
        ),
        (
            "<ul><li><p>một</p></li><li>hai<ul><li>ba</li></ul></li></ul>",
            "<ul><li>một</li><li>hai<ul><li>ba</li></ul></li></ul>",
        ),
        ("<p>&nbsp;</p><p><br></p><p>a</p>", "<p>a</p>"),
        ("<p>1 &lt; 2 &#91;x&#93;</p>", "<p>1 &lt; 2 [x]</p>"),
        ("<p>a<script>alert(1)</script><a href=\"javascript:x\">b</a></p>", "<p>ab</p>"),
        ("<p>không đóng <b>đậm", "<p>không đóng <strong>đậm</strong></p>"),
        ("", ""),
    ] {
        let body = read_body(old, &find).html.replace("\n", "");
        assert_eq!(body.replace(" rel=\"noopener\">b</a>", ">b</a>").replace("<a>b</a>", "b"), new, "{old}");
    }
}

#[test]
fn what_is_dropped_is_counted_with_an_example() {
    let body =
        read_body("<p><u>a</u> <u>b</u><marquee>c</marquee> 1 <2 <3</p><iframe src='https://a.vn'></iframe>", &find);
    let counts: Vec<(&str, u64)> = body.dropped.iter().map(|(name, (count, _))| (name.as_str(), *count)).collect();
    assert_eq!(counts, [("iframe", 1), ("marquee", 1), ("u", 2)]);
    assert!(body.dropped["u"].1.starts_with("<u>a</u>"), "{:?}", body.dropped);
    assert!(body.html.starts_with("<p>a bc 1"), "{}", body.html);
}

#[test]
fn pictures_and_files_are_listed() {
    let found =
        list_addresses("<p><img src='/uploads/a%20b.jpg' alt='Họp'><a href=\"/uploads/a.pdf?x&amp;y\">a</a></p>");
    let named = |address: &str, alt: &str, is_picture| (address.to_owned(), alt.to_owned(), is_picture);
    assert_eq!(found, [named("/uploads/a%20b.jpg", "Họp", true), named("/uploads/a.pdf?x&y", "", false)]);
    assert_eq!(write_file_link("/tep/a/\"", "<b>"), "<p><a href=\"/tep/a/&quot;\">&lt;b&gt;</a></p>");
}

#[test]
fn a_body_of_five_megabytes_is_read() {
    let html = "<p>Một đoạn <b>văn</b> rất dài.</p>\n".repeat(130_000);
    let body = read_body(&html, &find);
    assert!(body.html.len() > 5_000_000 && body.dropped.is_empty());
}
