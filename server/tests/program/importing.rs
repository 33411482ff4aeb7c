//! A site of NukeViet is carried over beside the running program, and killed again and again.

use super::{command, data, run, start};
use std::fmt::Write;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

const ARTICLES: usize = 1200;
const COMMENTS_EACH: usize = 3;

/// A dump of a site with many articles.
fn write_dump(path: &Path) {
    let mut dump = String::from(
        "INSERT INTO nv4_config (lang, module, config_name, config_value) VALUES ('sys','global','site_lang','vi');\n\
         INSERT INTO nv4_vi_modules (title, module_file, module_data, module_upload, weight, act) VALUES \
         ('news','news','news','news',1,1);\n\
         INSERT INTO nv4_vi_news_cat (catid, parentid, title, alias, viewcat, groups_view, status) VALUES \
         (1,0,'Tin tức','tin-tuc','','6',1);\n",
    );
    for id in 1..=ARTICLES {
        let _ = writeln!(
            dump,
            "INSERT INTO nv4_vi_news_rows (id, catid, listcatid, author, addtime, publtime, status, title, alias, \
             hometext, allowed_comm, allowed_rating, hitstotal, total_rating, click_rating) VALUES \
             ({id},1,'1','An',1500000000,1500000000,1,'Bài số {id}','bai-so-{id}','Mở đầu.','6',1,{id},9,2);\n\
             INSERT INTO nv4_vi_news_detail (id, bodyhtml) VALUES ({id},'<p>Nội dung của bài số <b>{id}</b>.</p>');"
        );
        for comment in 1..=COMMENTS_EACH {
            let _ = writeln!(
                dump,
                "INSERT INTO nv4_vi_comment (cid, module, id, pid, content, post_time, userid, post_name, status) \
                 VALUES ({},'news',{id},{},'Ý kiến {comment}',1500000{comment}00,0,'An',1);",
                id * 10 + comment,
                if comment == COMMENTS_EACH { id * 10 + 1 } else { 0 },
            );
        }
    }
    std::fs::write(path, dump).unwrap();
}

fn query(data: &Path, sql: &str) -> String {
    let psql = ["database", "--", "sh", "-c", &format!("psql -q -t -A -c \"{sql}\" \"$DATABASE_URL\"")];
    String::from_utf8_lossy(&run(command(data, &psql), "").stdout).trim().to_owned()
}

#[test]
fn an_import_that_is_killed_ten_times_goes_on_and_counts_nothing_twice() {
    let data = data();
    let data = data.path();
    let dump = data.join("site.sql");
    write_dump(&dump);
    let mut site = start(data);
    let arguments = ["import", "nukeviet", "--dump", dump.to_str().unwrap()];
    let count = || query(data, "select count(*) from origins").parse::<usize>().unwrap();
    let (mut kills, mut is_complete) = (0, false);
    while kills < 10 {
        let (before, deadline) = (count(), Instant::now() + Duration::from_secs(120));
        let mut import = command(data, &arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // as soon as it has stored anything more, or has just begun
        let waits = kills % 3 != 0 && !is_complete;
        while waits && count() == before && import.try_wait().unwrap().is_none() {
            assert!(Instant::now() < deadline, "nothing is stored");
        }
        if import.try_wait().unwrap().is_some() {
            // one that came to its end was not killed
            is_complete = true;
            continue;
        }
        import.kill().unwrap();
        import.wait().unwrap();
        kills += 1;
    }
    let done = run(command(data, &arguments), "");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let sums = "select concat_ws('/', count(*), count(distinct a.slug), sum(carried_views), max(a.revision),
                                 sum(r.carried_points), sum(t.shown), sum(t.threads))
                from articles a join rating_totals r on r.article_id = a.id
                     join comment_totals t on t.article_id = a.id";
    let expected = format!("1200/1200/{}/1/10800/3600/2400", ARTICLES * (ARTICLES + 1) / 2);
    assert_eq!(query(data, sums), expected);
    assert_eq!(
        query(data, "select count(*) || '/' || count(distinct target) from origins where kind = 'comment'"),
        "3600/3600"
    );
    // the program that ran all the time leads the old addresses on
    let article = site.get("/vi/news/tin-tuc/bai-so-7-7.html", "");
    assert!(article.starts_with("HTTP/1.1 301") && article.contains("location: /tin-tuc/bai-so-7-"), "{article}");
    let again = run(command(data, &arguments), "");
    let said = String::from_utf8_lossy(&again.stdout).into_owned();
    assert!(said.contains("added 0, changed 0"), "{said}");
    site.signal("-TERM");
}

#[test]
fn missing_files_are_reported_with_success_and_a_dump_that_is_cut_off_with_failure() {
    let data = data();
    let data = data.path();
    let (dump, uploads) = (data.join("site.sql"), data.join("uploads"));
    std::fs::create_dir(&uploads).unwrap();
    write_dump(&dump);
    let whole = std::fs::read_to_string(&dump).unwrap();
    let first = whole.find("của bài số <b>1</b>").unwrap();
    let with_picture = format!("{}<img src=\"/uploads/news/mat.jpg\"> {}", &whole[..first], &whole[first..]);
    let arguments = ["import", "nukeviet", "--dump", dump.to_str().unwrap(), "--uploads", uploads.to_str().unwrap()];
    // on an empty folder, a dump that ends in the middle of a row takes nothing
    std::fs::write(&dump, &with_picture[..with_picture.len() - 20]).unwrap();
    let refused = run(command(data, &arguments), "");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("cut off"), "{said}");
    assert_eq!(query(data, "select count(*) from articles"), "0");
    std::fs::write(&dump, &with_picture).unwrap();
    let done = run(command(data, &arguments), "");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let report = std::fs::read_to_string(data.join("import-report.txt")).unwrap();
    assert!(report.contains("news/mat.jpg (Bài số 1)"), "{report}");
    assert_eq!(query(data, "select count(*) from articles"), ARTICLES.to_string());
}
