-- What a term of the list is about. Where nothing is said, it is what the list that comes with the program says.
create type term_kind as enum (
    'abuse', 'threat', 'sex_for_sale', 'gambling', 'loans', 'forbidden', 'advertising'
);
alter table terms add column kind term_kind;
