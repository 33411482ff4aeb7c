//! The menu of the site: a tree that administrators arrange. It opens in the header of every page.

pub mod html;
pub mod room;
pub mod store;

use crate::base::error::Problem;
use crate::base::text::is_email;
use crate::features::audit::Action;
use crate::routes;

pub const CREATE_ITEM: Action = Action::new("create-menu-item", "thêm mục vào thực đơn");
pub const CHANGE_ITEM: Action = Action::new("change-menu-item", "sửa mục của thực đơn");
pub const DELETE_ITEM: Action = Action::new("delete-menu-item", "xóa mục khỏi thực đơn");
pub const ACTIONS: &[Action] = &[CREATE_ITEM, CHANGE_ITEM, DELETE_ITEM];

pub const MAX_LABEL: usize = 60;
pub const MAX_TARGET: usize = 300;
/// The most items of the menu, which is on every page.
pub const MAX_ITEMS: i64 = 60;
/// Levels of the tree.
pub const LEVELS: usize = 3;

pub const BAD_LABEL: Problem = Problem::new("label", "label", "Vui lòng nhập tên mục (tối đa 60 ký tự)");
pub const BAD_TARGET: Problem = Problem::new(
    "target",
    "target",
    "Địa chỉ là trang có thật của trang này (bắt đầu bằng “/”), https://…, tel:… hoặc mailto:…; để trống nếu chỉ là tiêu đề nhóm",
);
pub const BAD_PARENT: Problem =
    Problem::new("parent", "parent", "Mục không thể nằm dưới chính nó; thực đơn có nhiều nhất ba cấp");
pub const TOO_MANY: Problem =
    Problem::new("label", "many", "Thực đơn có tối đa 60 mục. Vui lòng xóa bớt trước khi thêm");

/// An item of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuItem {
    pub id: i64,
    pub parent: Option<i64>,
    pub label: String,
    /// A path of this site, or an address elsewhere; empty for a heading.
    pub target: String,
}

/// Whether an item may lead there: to a page of this site, or to an address that names its kind.
pub fn is_good_target(target: &str) -> bool {
    if target.is_empty() {
        return true;
    }
    if target.chars().count() > MAX_TARGET || target.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return false;
    }
    if let Some(number) = target.strip_prefix("tel:") {
        let is_sign = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | '(' | ')');
        return number.chars().all(is_sign) && number.chars().filter(char::is_ascii_digit).count() >= 3;
    }
    if let Some(address) = target.strip_prefix("mailto:") {
        return is_email(address);
    }
    if target.starts_with('/') {
        let path = target.split(['?', '#']).next().unwrap_or_default();
        let found = routes::find(path).map(|(index, _)| routes::ALL[index].kind);
        return found == Some(routes::Kind::Page);
    }
    let Ok(url) = url::Url::parse(target) else { return false };
    matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| host.contains('.'))
}

/// An item with its level, the outermost of which is 0.
pub type Placed<'a> = (usize, &'a MenuItem);

/// The items in the order of the tree: each before what stands under it.
pub fn place(items: &[MenuItem]) -> Vec<Placed<'_>> {
    let mut placed = Vec::new();
    collect(items, None, 0, &mut placed);
    placed
}

fn collect<'a>(items: &'a [MenuItem], parent: Option<i64>, level: usize, placed: &mut Vec<Placed<'a>>) {
    if level >= LEVELS {
        return;
    }
    for item in items.iter().filter(|item| item.parent == parent) {
        placed.push((level, item));
        collect(items, Some(item.id), level + 1, placed);
    }
}

/// Whether an item may stand under another one: not under itself or what stands under it, and not too deep with all
/// that stands under it.
pub fn may_stand_under(items: &[MenuItem], item: Option<i64>, parent: i64) -> bool {
    let placed = place(items);
    let Some((level, _)) = placed.iter().find(|(_, other)| other.id == parent) else { return false };
    let own = item.and_then(|id| placed.iter().position(|(_, other)| other.id == id));
    let below = match own {
        None => 0,
        Some(at) => {
            let (own_level, _) = placed[at];
            let subtree = placed[at..].iter().skip(1).take_while(|(level, _)| *level > own_level);
            if parent == placed[at].1.id || subtree.clone().any(|(_, other)| other.id == parent) {
                return false;
            }
            subtree.map(|(level, _)| level - own_level).max().unwrap_or(0)
        }
    };
    level + 1 + below < LEVELS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: i64, parent: Option<i64>) -> MenuItem {
        MenuItem { id, parent, label: id.to_string(), target: String::new() }
    }

    #[test]
    fn targets_are_pages_of_this_site_or_name_their_kind() {
        for good in [
            "",
            "/",
            "/van-ban",
            "/van-ban?hieu-luc=gop-y",
            "/trang/gioi-thieu",
            "/chuyen-muc/y-te",
            "https://dichvucong.gov.vn/a?b=1",
        ] {
            assert!(is_good_target(good), "{good}");
        }
        for good in [
            "https://dichvucong.gov.vn/a?b=1",
            "tel:02763822000",
            "tel:+84-276.382",
            "mailto:ubnd@phuong.gov.vn",
            "http://a.vn",
        ] {
            assert!(is_good_target(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            " javascript:alert(1)",
            "java\tscript:alert(1)",
            "data:text/html,x",
            "//evil.vn",
            "/\\evil.vn",
            "/khong-co",
            "/api/rate",
            "/quan-tri",
            "gioi-thieu",
            "https://",
            "https://khong",
            "ftp://a.vn",
            "tel:ab",
            "mailto:ai",
            "https://a.vn/ b",
        ] {
            assert!(!is_good_target(bad), "{bad}");
        }
        assert!(!is_good_target(&format!("https://a.vn/{}", "a".repeat(300))));
    }

    #[test]
    fn the_tree_has_three_levels_and_no_circle() {
        let items = [item(1, None), item(2, Some(1)), item(3, Some(2)), item(4, None), item(5, Some(4))];
        let order: Vec<(usize, i64)> = place(&items).into_iter().map(|(level, item)| (level, item.id)).collect();
        assert_eq!(order, [(0, 1), (1, 2), (2, 3), (0, 4), (1, 5)]);
        for (id, parent, fits) in [
            (None, 1, true),
            (None, 2, true),
            (None, 3, false),
            (None, 99, false),
            (Some(1), 1, false),
            (Some(1), 3, false),
            (Some(2), 4, true),
            (Some(2), 5, false),
            (Some(4), 2, false),
            (Some(4), 1, true),
            (Some(3), 1, true),
        ] {
            assert_eq!(may_stand_under(&items, id, parent), fits, "{id:?} under {parent}");
        }
    }
}
