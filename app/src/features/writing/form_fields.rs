//! The fields of the forms at an article, with what was typed and what is wrong with it.

use super::ArticleForm;
use crate::base::error::AppError;
use crate::features::media::Picture;
use crate::features::taxonomy::Category;
use crate::web::forms::Refusal;
use crate::web::forms::view::textarea_html;
use leptos::prelude::*;

/// The values of a form: as they are saved, as they were being typed, or as they came back with a refusal.
pub(super) struct Values<'a> {
    pub(super) form: &'a ArticleForm,
    pub(super) refusal: Option<&'a Refusal>,
}

impl Values<'_> {
    pub(super) fn value(&self, field: &str) -> String {
        match self.refusal {
            Some(refusal) => refusal.typed(field),
            None => self.form.get(field).to_owned(),
        }
    }

    /// The numbers of the categories in which the article stands besides its own.
    pub(super) fn further(&self) -> Vec<String> {
        self.refusal.map_or_else(|| self.form.further.clone(), |refusal| refusal.all("further[]"))
    }

    /// The sentence beside a field that has a problem.
    pub(super) fn problem(&self, field: &'static str) -> Option<impl IntoView + use<>> {
        let AppError::Invalid(problems) = &self.refusal?.error else { return None };
        let problem = problems.iter().find(|problem| problem.field == field)?;
        let message = problem.message.to_string();
        Some(view! { <p class="field-error" id=format!("{field}-loi")>{message}</p> })
    }

    pub(super) fn has_problem(&self, field: &str) -> bool {
        let error = self.refusal.map(|refusal| &refusal.error);
        matches!(error, Some(AppError::Invalid(problems)) if problems.iter().any(|problem| problem.field == field))
    }

    pub(super) fn line(
        &self,
        field: &'static str,
        label: &'static str,
        kind: &'static str,
        most: usize,
    ) -> impl IntoView + use<> {
        let invalid = self.has_problem(field).then_some("true");
        view! {
            <div class="field">
                <label for=field>{label}</label>
                {self.problem(field)}
                <input
                    type=kind
                    id=field
                    name=field
                    value=self.value(field)
                    maxlength={(kind == "text").then_some(most)}
                    aria-invalid=invalid
                    aria-describedby=invalid.map(|_| format!("{field}-loi"))
                />
            </div>
        }
    }

    /// A line with values to choose from, which may be another one.
    pub(super) fn line_with_choices(
        &self,
        field: &'static str,
        label: &'static str,
        most: usize,
        choices: &[String],
    ) -> impl IntoView + use<> {
        let invalid = self.has_problem(field).then_some("true");
        let list = format!("{field}-chon");
        let options: Vec<_> = choices.iter().map(|choice| view! { <option value=choice.clone()></option> }).collect();
        view! {
            <div class="field">
                <label for=field>{label}</label>
                {self.problem(field)}
                <input
                    type="text"
                    id=field
                    name=field
                    value=self.value(field)
                    maxlength=most
                    list=list.clone()
                    aria-invalid=invalid
                    aria-describedby=invalid.map(|_| format!("{field}-loi"))
                />
                <datalist id=list>{options}</datalist>
            </div>
        }
    }

    pub(super) fn area(
        &self,
        field: &'static str,
        label: &'static str,
        rows: u32,
        most: Option<usize>,
    ) -> impl IntoView + use<> {
        self.area_of(field, label, &self.value(field), (rows, most))
    }

    /// A text area that holds this text.
    pub(super) fn area_with(
        &self,
        field: &'static str,
        label: &'static str,
        text: &str,
        rows: u32,
    ) -> impl IntoView + use<> {
        self.area_of(field, label, text, (rows, None))
    }

    fn area_of(
        &self,
        field: &'static str,
        label: &'static str,
        text: &str,
        (rows, most): (u32, Option<usize>),
    ) -> impl IntoView + use<> {
        let invalid = self.has_problem(field).then_some("true");
        let html = textarea_html(text);
        view! {
            <div class="field">
                <label for=field>{label}</label>
                {self.problem(field)}
                <textarea
                    id=field
                    name=field
                    rows=rows
                    maxlength=most
                    aria-invalid=invalid
                    aria-describedby=invalid.map(|_| format!("{field}-loi"))
                    inner_html=html
                ></textarea>
            </div>
        }
    }
}

/// What the value of a field means to people: names in place of numbers, and words in place of marks.
pub(super) fn describe_value(field: &str, value: &str, categories: &[Category], pictures: &[(i64, Picture)]) -> String {
    let name = |id: &str| {
        let found = categories.iter().find(|category| category.id.to_string() == id);
        found.map(|category| category.name.clone()).unwrap_or_default()
    };
    match field {
        "category" => name(value),
        "further" => value.split(',').map(name).filter(|name| !name.is_empty()).collect::<Vec<_>>().join(", "),
        "picture" if value.is_empty() => "Không có ảnh".to_owned(),
        "picture" => {
            let found = pictures.iter().find(|(known, _)| known.to_string() == value);
            found.map_or_else(|| format!("Ảnh số {value}"), |(id, picture)| format!("Ảnh {id}: {}", picture.alt))
        }
        "closed_to_comments" | "closed_to_ratings" => if value == "1" { "Có đánh dấu" } else { "Không" }.to_owned(),
        _ => value.to_owned(),
    }
}
