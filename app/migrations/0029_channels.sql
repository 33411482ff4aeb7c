-- What changes often has channels of its own: it ends no copy of a page that does not show it.

-- how many comments an article has is shown by lists, and not by the pages of other articles
drop trigger notify_site on comment_totals;
create trigger notify_lists after update on comment_totals for each row
    when (old.shown is distinct from new.shown) execute function notify_channel('lists');

-- views are put into the copies of pages anew
create or replace function notify_views() returns trigger language plpgsql as $$
begin
    perform pg_notify('views', new.page::text);
    return null;
end $$;
