-- How the site looks: its accent, its emblem, a picture in the header, a line in the footer.

create table appearance (
    id boolean primary key default true constraint one_appearance check (id),
    -- lower case: #a3151b
    accent text not null default '#a3151b' constraint appearance_accent check (accent ~ '^#[0-9a-f]{6}$'),
    emblem_id bigint constraint appearance_emblem references pictures,
    banner_id bigint constraint appearance_banner references pictures,
    footer text not null default '' constraint appearance_footer check (char_length(footer) <= 300)
);
insert into appearance default values;
create trigger notify_site after update on appearance
    for each statement execute function notify_channel('site');
