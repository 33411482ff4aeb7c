-- Whatever changes what a page or the desk shows is told to every process when it is committed, whoever changed it.
-- A notification names an article or nothing at all; the words are read anew. Equal ones of a transaction are sent once.

create function notify_article() returns trigger language plpgsql as $$
begin
    perform pg_notify('article', new.article_id::text);
    return null;
end $$;
create trigger notify_article after update on rating_totals for each row execute function notify_article();
create trigger notify_article after update on comment_totals for each row execute function notify_article();

create function notify_channel() returns trigger language plpgsql as $$
begin
    perform pg_notify(tg_argv[0], '');
    return null;
end $$;
create trigger notify_site after insert or update or delete on articles for each statement execute function notify_channel('site');
-- lists show how many comments an article has
create trigger notify_site after update on comment_totals for each row
    when (old.shown is distinct from new.shown) execute function notify_channel('site');
create trigger notify_desk after insert or update or delete on comments for each statement execute function notify_channel('desk');
create trigger notify_settings after insert or update or delete on settings for each statement execute function notify_channel('settings');

create function notify_views() returns trigger language plpgsql as $$
begin
    perform pg_notify('article', new.page::text);
    return null;
end $$;
create trigger notify_views after insert or update on traffic_totals for each row when (new.page > 0) execute function notify_views();
create trigger notify_figures after insert or update on traffic_totals for each statement execute function notify_channel('figures');
