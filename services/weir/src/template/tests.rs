//! Templates, read again as a clerk's programs and `weir push` read them.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use super::*;

fn sheets(form: Form) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(workbook::template(form).unwrap())).unwrap()
}

#[test]
fn every_form_has_a_template_of_its_columns() {
    for form in Form::ALL {
        let mut workbook = sheets(*form);
        let names = workbook.sheet_names();
        assert_eq!(names[0], format!("{form} {}", form.name_zh()));
        assert_eq!(names[1..], ["行政区划代码", "代码表", "说明"]);
        let sheet = workbook.worksheet_range(&names[0]).unwrap();
        let headings: Vec<String> = sheet.rows().next().unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(headings, Column::of(*form).into_iter().map(Column::name_zh).collect::<Vec<_>>());
        assert_eq!(sheet.height(), 1);
        let csv = String::from_utf8(csv(*form).unwrap()).unwrap();
        assert_eq!(csv, format!("\u{feff}{}\r\n", headings.join(",")));
    }
}

/// Its other sheets are no tables of reports.
#[test]
fn a_template_is_pushed_as_it_is() {
    for form in Form::ALL {
        let bytes = workbook::template(*form).unwrap();
        assert_eq!(crate::push::rows(&bytes, "510700").unwrap(), 0, "{form}");
    }
}

#[test]
fn the_list_of_areas_is_the_province_and_what_validation_chooses_from() {
    let areas = sheets(Form::B203).worksheet_range("行政区划代码").unwrap();
    assert_eq!(areas.height(), 1 + 1 + 21 + 183);
    assert_eq!(lists::area_range(), format!("='行政区划代码'!$D$2:$D${}", areas.height()));
    assert_eq!(areas.get_value((1, 3)), Some(&Data::String("510000 四川省".into())));
}

#[test]
fn the_same_form_makes_the_same_bytes() {
    assert_eq!(workbook::template(Form::F107_2).unwrap(), workbook::template(Form::F107_2).unwrap());
}

#[test]
fn explanations_fit_into_input_messages() {
    for form in Form::ALL {
        for column in Column::of(*form) {
            assert!(explanation::explained(column, *form).text.chars().count() <= 255);
        }
    }
}
