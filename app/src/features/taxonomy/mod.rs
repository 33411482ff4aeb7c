//! How articles are sorted: categories in two levels, and tags.

#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod room;
#[cfg(feature = "ssr")]
mod room_html;
#[cfg(feature = "ssr")]
pub mod store;

#[cfg(feature = "ssr")]
pub use rules::*;

#[cfg(feature = "ssr")]
mod rules {
    use crate::base::error::Problem;
    use crate::base::text::{clean_line, slugify};
    use crate::features::audit::Action;
    use crate::routes;

    pub const CREATE_CATEGORY: Action = Action::new("create-category", "thêm chuyên mục");
    pub const CHANGE_CATEGORY: Action = Action::new("change-category", "sửa chuyên mục");
    pub const MERGE_CATEGORY: Action = Action::new("merge-category", "gộp chuyên mục");
    pub const RENAME_TAG: Action = Action::new("rename-tag", "đổi tên thẻ");
    pub const MERGE_TAG: Action = Action::new("merge-tag", "gộp thẻ");
    pub const ACTIONS: &[Action] = &[CREATE_CATEGORY, CHANGE_CATEGORY, MERGE_CATEGORY, RENAME_TAG, MERGE_TAG];

    /// The parameter of the room's address with a category's number.
    pub(super) const CATEGORY: &str = "muc";
    /// The parameter with a tag's address.
    pub(super) const TAG: &str = "the";
    /// The longest name of a tag.
    pub const MAX_TAG: usize = 60;
    /// The most tags of an article.
    pub const MAX_TAGS: usize = 10;

    pub const BAD_CATEGORY_NAME: Problem =
        Problem::new("name", "category-name", "Tên chuyên mục cần có chữ, tối đa 100 ký tự");
    pub const BAD_TAG_NAME: Problem = Problem::new("name", "tag-name", "Tên thẻ cần có chữ, tối đa 60 ký tự");
    pub const BAD_TAGS: Problem = Problem::new("tags", "tags", "Mỗi bài tối đa 10 thẻ, mỗi thẻ tối đa 60 ký tự");
    /// Another category has this address, or had it once.
    pub const SLUG_TAKEN: Problem = Problem::new(
        "slug",
        "slug-taken",
        "Địa chỉ này đang hoặc đã từng thuộc chuyên mục khác. Vui lòng chọn địa chỉ khác",
    );
    /// Another category has the address that this name makes, or had it once.
    pub const NAME_TAKEN: Problem = Problem::new(
        "name",
        "name-taken",
        "Đã có chuyên mục tên này, hoặc tên này từng được dùng. Vui lòng đặt tên khác",
    );
    /// There is no tag of this name.
    pub const NO_SUCH_TAG: Problem =
        Problem::new("into", "no-such-tag", "Không có thẻ tên này. Vui lòng ghi đúng tên một thẻ đang có");
    pub const TAG_TAKEN: Problem = Problem::new(
        "name",
        "tag-taken",
        "Tên này đang hoặc đã từng thuộc thẻ khác. Muốn nhập hai thẻ làm một, hãy dùng “Gộp”",
    );
    pub const BAD_PARENT: Problem = Problem::new(
        "parent",
        "parent",
        "Chuyên mục chỉ có hai cấp: chuyên mục cha không được nằm dưới chuyên mục khác, chuyên mục đang có mục con thì không xuống cấp được",
    );
    pub const BAD_MERGE: Problem = Problem::new("into", "into", "Chọn nơi để gộp vào, khác với mục đang gộp");
    /// What has others under it is not merged.
    pub const HAS_CHILDREN: Problem = Problem::new(
        "into",
        "children",
        "Chuyên mục này còn mục con. Vui lòng chuyển các mục con đi nơi khác trước khi gộp",
    );
    pub const UNCONFIRMED_MERGE: Problem =
        Problem::new("confirm", "confirm", "Đánh dấu xác nhận: sau khi gộp thì không tách lại được");

    /// A category.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Category {
        pub id: i64,
        /// Its address.
        pub slug: String,
        pub name: String,
        /// The category that it stands under.
        pub parent: Option<i64>,
        /// Whether it is not offered to writers and readers.
        pub is_hidden: bool,
    }

    impl Category {
        /// The address of its page.
        pub fn path(&self) -> String {
            category_path(&self.slug)
        }
    }

    /// A tag.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Tag {
        pub id: i64,
        /// Its address.
        pub slug: String,
        pub name: String,
    }

    impl Tag {
        /// The address of its page.
        pub fn path(&self) -> String {
            routes::TAG.with(&self.slug)
        }
    }

    /// The address of a category's page.
    pub fn category_path(slug: &str) -> String {
        routes::CATEGORY.with(slug)
    }

    /// Reads the tags that somebody typed, separated by commas, semicolons or lines: each once, without `#`.
    ///
    /// # Errors
    /// [`BAD_TAGS`] where there are too many, or one is too long.
    pub fn parse_tags(typed: &str) -> Result<Vec<String>, Problem> {
        let mut tags: Vec<String> = Vec::new();
        for part in typed.split([',', ';', '\n']) {
            let name = clean_line(part.trim().trim_start_matches('#'));
            let slug = slugify(&name);
            if slug.is_empty() || tags.iter().any(|known| slugify(known) == slug) {
                continue;
            }
            if name.chars().count() > MAX_TAG || tags.len() == MAX_TAGS {
                return Err(BAD_TAGS);
            }
            tags.push(name);
        }
        Ok(tags)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn tags_are_separated_cleaned_and_named_once() {
            let parse = |typed: &str| parse_tags(typed).expect("are tags");
            assert_eq!(parse("tiêm chủng, #Y tế;cúp nước\n tiem chung ,, !!"), ["tiêm chủng", "Y tế", "cúp nước"]);
            assert!(parse(" , ").is_empty());
            let many: Vec<String> = (0..11).map(|n| format!("thẻ {n}")).collect();
            assert_eq!(parse_tags(&many.join(",")), Err(BAD_TAGS));
            assert_eq!(parse_tags(&"a".repeat(61)), Err(BAD_TAGS));
            assert_eq!(parse(&"a".repeat(60)).len(), 1);
        }
    }
}
