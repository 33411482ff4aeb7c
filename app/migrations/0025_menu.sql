-- The menu in the header, as administrators arrange it: a tree of three levels.

create table menu_items (
    id bigint generated always as identity primary key,
    parent_id bigint references menu_items on delete cascade constraint menu_parent check (parent_id <> id),
    position integer not null default 0,
    label text not null constraint menu_label check (char_length(label) between 1 and 60),
    -- a path of this site, or an address elsewhere; empty for a heading
    target text not null default ''
        constraint menu_target check (
            target = '' or (target ~ '^(/($|[^/\\])|https?://|tel:|mailto:)' and char_length(target) <= 300))
);
create index menu_items_parent on menu_items (parent_id) where parent_id is not null;
create trigger notify_site after insert or update or delete on menu_items
    for each statement execute function notify_channel('site');
