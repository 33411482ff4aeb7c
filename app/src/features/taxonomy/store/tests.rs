use super::*;
use crate::features::articles::ArticleKind;
use crate::features::articles::store::lists::{list_in_categories, list_with_tag};
use crate::features::writing::Content;
use crate::features::writing::store::{ArticleChange, change_article, create_article, find_work};
use crate::features::writing::{Stage, Step};
use crate::testing::{actor, actor_of, insert_article, insert_staff_with_role, list_actions};
use crate::web::permissions::Role;

fn named(name: &str) -> CategoryChange<'_> {
    CategoryChange { name, slug: "", parent: None, is_hidden: false }
}

async fn names(pool: &PgPool) -> Vec<String> {
    list_categories(pool).await.expect("lists").into_iter().map(|category| category.name).collect()
}

/// Publishes an article with these categories and tags.
async fn publish(pool: &PgPool, category: i64, further: &[i64], tags: &[&str]) -> i64 {
    let chief = insert_staff_with_role(pool, &format!("a{}", rand::random::<u32>()), Role::Administrator).await;
    let content = Content {
        title: "Lịch tiêm".to_owned(),
        category: Some(category),
        further: further.to_vec(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        lead: "Thứ bảy.".to_owned(),
        author: "Hòa".to_owned(),
        ..Content::default()
    };
    let id = create_article(pool, actor_of(&chief), ArticleKind::Article, &content).await.expect("creates");
    let change = ArticleChange { seen: 1, step: Some(Step::Publish), ..ArticleChange::default() };
    change_article(pool, actor_of(&chief), &chief, id, &change).await.expect("publishes").expect("is seen");
    id
}

async fn in_category(pool: &PgPool, id: i64) -> Vec<i64> {
    list_in_categories(pool, &[id], 1).await.expect("lists").0.into_iter().map(|card| card.id).collect()
}

async fn with_tag(pool: &PgPool, slug: &str) -> Vec<i64> {
    let tag = find_tag(pool, slug).await.expect("reads").expect("is there");
    list_with_tag(pool, tag.id, 1).await.expect("lists").0.into_iter().map(|card| card.id).collect()
}

#[sqlx::test]
async fn a_category_is_found_by_its_name_or_created(pool: PgPool) {
    let mut db = pool.acquire().await.expect("connects");
    let known = ensure_category(&mut db, "Y tế").await.expect("creates");
    assert_eq!(ensure_category(&mut db, "y te").await.expect("finds"), known, "one address, one category");
    let nameless = ensure_category(&mut db, "!").await.expect_err("is refused");
    assert_eq!(constraint(&nameless), Some("category_slug"));
    change_category(&pool, actor(), known, &named("Sức khỏe")).await.expect("changes");
    assert_eq!(ensure_category(&mut db, "Y tế").await.expect("finds"), known, "an old name is the category's still");
}

#[sqlx::test]
async fn categories_stand_in_two_levels_in_their_order(pool: PgPool) {
    let one = create_category(&pool, actor(), "Một", None).await.expect("creates");
    let two = create_category(&pool, actor(), "Hai", None).await.expect("creates");
    let below = create_category(&pool, actor(), "Mục con", Some(one)).await.expect("creates");
    assert_eq!(names(&pool).await, ["Một", "Mục con", "Hai"]);
    move_category(&pool, two, true).await.expect("moves");
    assert_eq!(names(&pool).await, ["Hai", "Một", "Mục con"]);
    move_category(&pool, two, true).await.expect("is the first already");
    move_category(&pool, below, false).await.expect("has nobody beside it");
    assert_eq!(names(&pool).await, ["Hai", "Một", "Mục con"]);
    move_category(&pool, two, false).await.expect("moves back");
    assert_eq!(names(&pool).await, ["Một", "Mục con", "Hai"]);
    assert_eq!(move_category(&pool, 99, true).await, Err(AppError::NotFound));
    let bad = AppError::invalid(BAD_PARENT);
    assert_eq!(create_category(&pool, actor(), "Mục cháu", Some(below)).await, Err(bad.clone()), "no third level");
    assert_eq!(create_category(&pool, actor(), "Không cha", Some(99)).await, Err(bad.clone()));
    for (id, parent) in [(one, two), (below, below)] {
        let change = CategoryChange { parent: Some(parent), ..named("Một") };
        let refused = change_category(&pool, actor(), id, &change).await;
        assert_eq!(refused, Err(bad.clone()), "{id} under {parent}");
    }
}

#[sqlx::test]
async fn an_address_leads_on_for_good_and_is_never_given_away(pool: PgPool) {
    let one = create_category(&pool, actor(), "Tin tức", None).await.expect("creates");
    let again = create_category(&pool, actor(), "tin tuc", None).await;
    assert_eq!(again, Err(AppError::invalid(NAME_TAKEN)));
    let change = CategoryChange { slug: "Tin mới!", is_hidden: true, ..named("Tin mới") };
    for _ in 0..2 {
        change_category(&pool, actor(), one, &change).await.expect("changes");
    }
    for slug in ["tin-tuc", "tin-moi"] {
        let found = find_category(&pool, slug).await.expect("reads").expect("is there");
        assert_eq!((found.id, found.slug.as_str(), found.is_hidden), (one, "tin-moi", true), "{slug}");
    }
    assert_eq!(find_category(&pool, "khong-co").await, Ok(None));
    let two = create_category(&pool, actor(), "Thông báo", None).await.expect("creates");
    let taken = CategoryChange { slug: "tin-tuc", ..named("Thông báo") };
    assert_eq!(change_category(&pool, actor(), two, &taken).await, Err(AppError::invalid(SLUG_TAKEN)));
    assert_eq!(change_category(&pool, actor(), two, &named("!")).await, Err(AppError::invalid(BAD_CATEGORY_NAME)));
    assert_eq!(change_category(&pool, actor(), 99, &named("Gì đó")).await, Err(AppError::NotFound));
    change_category(&pool, actor(), one, &CategoryChange { slug: "tin-tuc", ..named("Tin tức") })
        .await
        .expect("goes back");
    assert_eq!(list_actions(&pool).await.len(), 5);
}

#[sqlx::test]
async fn merged_categories_take_their_articles_and_addresses_along(pool: PgPool) {
    let from = create_category(&pool, actor(), "Y tế", None).await.expect("creates");
    let into = create_category(&pool, actor(), "Sức khỏe", None).await.expect("creates");
    let (own, further) = (publish(&pool, from, &[into], &[]).await, publish(&pool, into, &[from], &[]).await);
    let both = in_category(&pool, from).await;
    assert_eq!((both.len(), both.contains(&own), both.contains(&further)), (2, true, true));
    let below = create_category(&pool, actor(), "Tiêm chủng", Some(from)).await.expect("creates");
    let refused = merge_categories(&pool, actor(), from, into).await;
    assert_eq!(refused, Err(AppError::invalid(HAS_CHILDREN)));
    merge_categories(&pool, actor(), below, from).await.expect("merges");
    merge_categories(&pool, actor(), from, into).await.expect("merges");
    assert_eq!(merge_categories(&pool, actor(), from, into).await, Err(AppError::NotFound), "there is one less");
    assert_eq!(merge_categories(&pool, actor(), into, into).await, Err(AppError::invalid(BAD_MERGE)));
    assert_eq!(merge_categories(&pool, actor(), into, from).await, Err(AppError::invalid(BAD_MERGE)));
    for slug in ["y-te", "tiem-chung", "suc-khoe"] {
        assert_eq!(find_category(&pool, slug).await.expect("reads").expect("is there").id, into, "{slug}");
    }
    assert_eq!(in_category(&pool, into).await.len(), 2);
    assert_eq!(names(&pool).await, ["Sức khỏe"]);
    assert_eq!(list_merged(&pool, &[from, below, into]).await.expect("reads").len(), 2);
    let counts = count_articles(&pool).await.expect("counts");
    assert_eq!(counts, [(into, 2)], "an article counts once");
    // a text that names the category that is gone is stored in the other one
    let late = publish(&pool, from, &[below], &[]).await;
    assert_eq!(find_work(&pool, late).await.expect("reads").expect("is there").stage, Stage::Published);
    assert_eq!(in_category(&pool, into).await.len(), 3);
    let mut db = pool.begin().await.expect("begins");
    lock_out_category_merges(&mut db).await.expect("locks");
    assert_eq!(resolve_category(&mut db, below).await, Ok(Some(into)));
    assert_eq!(resolve_category(&mut db, 99).await, Ok(None));
}

#[sqlx::test]
async fn tags_come_with_articles_and_are_renamed_and_merged(pool: PgPool) {
    let category = create_category(&pool, actor(), "Y tế", None).await.expect("creates");
    let one = publish(&pool, category, &[], &["tiêm chủng", "trẻ em"]).await;
    let two = publish(&pool, category, &[], &["tiem chung", "vắc-xin"]).await;
    assert_eq!(with_tag(&pool, "tiem-chung").await, [two, one], "one address, one tag");
    let (tags, more) = list_tags(&pool, "", 1).await.expect("lists");
    assert_eq!((tags.len(), more), (3, false));
    assert_eq!(list_tags(&pool, "TREM", 1).await.expect("lists").0.len(), 0);
    assert_eq!(list_tags(&pool, "TRE E", 1).await.expect("lists").0[0].0.name, "trẻ em");
    assert_eq!(list_frequent_tags(&pool, 1).await.expect("lists"), ["tiêm chủng"]);
    let id = |slug: &'static str| {
        let pool = pool.clone();
        async move { find_tag(&pool, slug).await.expect("reads").expect("is there").id }
    };
    let (shot, vaccine) = (id("tiem-chung").await, id("vac-xin").await);
    assert_eq!(rename_tag(&pool, actor(), shot, "Trẻ em").await, Err(AppError::invalid(TAG_TAKEN)));
    assert_eq!(rename_tag(&pool, actor(), shot, "").await, Err(AppError::invalid(BAD_TAG_NAME)));
    assert_eq!(rename_tag(&pool, actor(), 99, "Gì đó").await, Err(AppError::NotFound));
    for _ in 0..2 {
        rename_tag(&pool, actor(), shot, "tiêm phòng").await.expect("renames");
    }
    assert_eq!(with_tag(&pool, "tiem-chung").await, [two, one], "the old address leads on");
    for (from, into) in [(vaccine, vaccine), (vaccine, 99)] {
        assert_eq!(merge_tags(&pool, actor(), from, into).await, Err(AppError::invalid(BAD_MERGE)));
    }
    merge_tags(&pool, actor(), vaccine, shot).await.expect("merges");
    assert_eq!(merge_tags(&pool, actor(), vaccine, shot).await, Err(AppError::NotFound), "there is one less");
    assert_eq!(with_tag(&pool, "vac-xin").await, [two, one], "it is tagged once");
    let public = list_public_tags(&pool, 9).await.expect("lists");
    assert_eq!(public[0].name, "tiêm phòng");
    let typed: Vec<String> = ["vắc-xin", "trẻ em", "tiêm chủng", "mới"].iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(resolve_tag_names(&pool, &typed).await.expect("reads"), ["tiêm phòng", "trẻ em", "mới"]);
    let three = publish(&pool, category, &[], &["vắc-xin", "tiêm chủng"]).await;
    assert_eq!(with_tag(&pool, "tiem-phong").await, [three, two, one], "an old name is the tag's still");
    assert_eq!(find_tag(&pool, "khong-co").await, Ok(None));
}

#[sqlx::test]
async fn tags_that_are_made_at_once_are_made_once(pool: PgPool) {
    let names: Vec<String> = (0..10).map(|n| format!("thẻ {n}")).collect();
    let presses = (0..8).map(|turn| {
        let (pool, mut names) = (pool.clone(), names.clone());
        names.rotate_left(turn);
        tokio::spawn(async move {
            let mut tx = pool.begin().await.expect("begins");
            let ids = ensure_tags(&mut tx, &names).await.expect("creates");
            tx.commit().await.expect("commits");
            ids.len()
        })
    });
    for press in presses.collect::<Vec<_>>() {
        assert_eq!(press.await.expect("runs"), 10);
    }
    assert_eq!(list_tags(&pool, "", 1).await.expect("lists").0.len(), 10);
    let mut db = pool.acquire().await.expect("connects");
    assert_eq!(ensure_tags(&mut db, &[]).await, Ok(vec![]));
    let refused = ensure_tags(&mut db, &["a".repeat(61)]).await;
    assert_eq!(refused, Err(AppError::Internal), "what was typed is checked before");
}

#[sqlx::test]
async fn lists_of_categories_and_tags_come_in_pages(pool: PgPool) {
    let category = create_category(&pool, actor(), "Y tế", None).await.expect("creates");
    for n in 0..21 {
        let id = insert_article(&pool, &format!("bai-{n}")).await;
        sqlx::query(
            "update articles set category_id = $1, published_at = now() - make_interval(days => $2) where id = $3",
        )
        .bind(category)
        .bind(n)
        .bind(id)
        .execute(&pool)
        .await
        .expect("changes");
    }
    let (first, more) = list_in_categories(&pool, &[category], 1).await.expect("lists");
    assert_eq!((first.len(), more, first[0].slug.as_str()), (20, true, "bai-0"));
    let (second, more) = list_in_categories(&pool, &[category, category], 2).await.expect("lists");
    assert_eq!((second.len(), more, second[0].slug.as_str()), (1, false, "bai-20"));
    assert_eq!(first[0].category.path.as_deref(), Some("/chuyen-muc/y-te"));
    change_category(&pool, actor(), category, &CategoryChange { is_hidden: true, ..named("Y tế") })
        .await
        .expect("hides");
    let (hidden, _) = list_in_categories(&pool, &[category], 1).await.expect("lists");
    assert_eq!((hidden.len(), hidden[0].category.path.clone()), (20, None), "what is in it stays public");
}
