-- Finds texts that were sanitised by older rules.
create index articles_sanitiser on articles (sanitiser_version);
create index article_revisions_sanitiser on article_revisions (sanitiser_version);
