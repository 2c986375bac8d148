//! `tightrope check`: keeps broad roles out of a pull request.

use std::path::PathBuf;

use anyhow::{Context, anyhow, bail};
use jiff::Zoned;

use super::configured::configured;
use super::findings::{Output, write};
use super::{Done, print, say};
use crate::code::{Code, at_revision, files, proposals};
use crate::gate::{
    Baseline, CHECKS, Checked, Inspection, Settings, Severity, inspect, mend, named,
};
use crate::iac::Given;
use crate::iam::AccountId;
use crate::report::{check_to_terminal, checks_to_terminal};

/// What to check and how to print it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files and folders of infrastructure code: CloudFormation, SAM, CDK output, Terraform and its plans as JSON, Serverless
    /// Framework, IAM policies, account snapshots. Found by content; a folder is searched, without what `.gitignore` leaves out
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,

    /// Reports what roles may do that they could not at this revision of git: `origin/main`
    #[arg(long, value_name = "REVISION", conflicts_with = "before")]
    against: Option<String>,

    /// The same against files or a folder of before; may be repeated
    #[arg(long, value_name = "PATH")]
    before: Vec<PathBuf>,

    /// The folder that `tightrope propose --out` writes: reports what roles are granted and did not use
    #[arg(long, value_name = "DIR")]
    proposals: Option<PathBuf>,

    /// The settings; `tightrope.toml` where the command runs, if there is one
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Accepts the findings of this file, and reports new ones
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    /// Writes today's findings into the baseline file
    #[arg(long)]
    update_baseline: bool,

    /// The least severity that fails the check
    #[arg(long, value_name = "SEVERITY", value_parser = severity)]
    fail_on: Option<Severity>,

    /// A parameter of the templates, or an option of the Serverless Framework; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = parameter)]
    parameter: Vec<(String, String)>,

    /// The Region of the deployment
    #[arg(long, value_name = "REGION")]
    region: Option<String>,

    /// The account of the deployment
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,

    /// How to print the findings, and where to: `sarif=report.sarif`; may be repeated
    #[arg(long, value_name = "FORMAT[=FILE]")]
    output: Vec<Output>,

    /// Changes the files where a fix is proved to change nothing that is granted or in use
    #[arg(long)]
    fix: bool,

    /// Lists the checks
    #[arg(long)]
    list: bool,

    /// Says what a check is about
    #[arg(long, value_name = "CHECK")]
    explain: Option<String>,
}

fn severity(text: &str) -> Result<Severity, String> {
    let known = [Severity::Error, Severity::Warning, Severity::Note];
    let mut named = known.into_iter().filter(|severity| severity.name() == text);
    named
        .next()
        .ok_or_else(|| "a severity is one of error, warning, note".to_owned())
}

fn parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

pub(super) fn run(args: &Args) -> anyhow::Result<Done> {
    if args.list {
        print(&checks_to_terminal(&CHECKS))?;
        return Ok(Done::Fine);
    }
    if let Some(id) = &args.explain {
        let check = named(id).map_err(|rule| anyhow!(rule))?;
        print(&check_to_terminal(check))?;
        return Ok(Done::Fine);
    }
    let settings = settings(args)?;
    let given = given(&settings);
    let code = Code::of(files(&args.paths)?, &given);
    let before = before(args, &given)?;
    let proposals = match &args.proposals {
        Some(folder) => proposals(folder)?,
        None => Vec::new(),
    };
    let mut checked = inspect(&Inspection {
        found: &code.found,
        texts: &code.texts,
        before: before.as_ref().map(|code| code.found.as_slice()),
        proposals: &proposals,
        settings: &settings,
        today: Zoned::now().date(),
    });
    accept(args, &settings, &mut checked)?;
    if code.is_empty() && checked.problems.is_empty() {
        say("no file holds roles, policies or functions");
    }
    write(&args.output, &checked, &code)?;
    if args.fix {
        fix(&checked, &code, &given)?;
    }
    match (checked.problems.len(), checked.fails()) {
        (0, false) => Ok(Done::Fine),
        (0, true) => Ok(Done::Findings),
        (1, _) => bail!("1 part of the code could not be read, and was not checked"),
        (many, _) => bail!("{many} parts of the code could not be read, and were not checked"),
    }
}

/// The settings of the file, with what is said on the command line over it.
fn settings(args: &Args) -> anyhow::Result<Settings> {
    let mut settings = configured(args.config.as_deref())?.check;
    if let Some(severity) = args.fail_on {
        settings.fail_on = severity;
    }
    settings.parameters.extend(args.parameter.iter().cloned());
    settings.region = args.region.clone().or(settings.region);
    settings.account = args.account.or(settings.account);
    Ok(settings)
}

fn given(settings: &Settings) -> Given {
    Given {
        parameters: settings.parameters.clone(),
        region: settings.region.clone(),
        account: settings.account,
        ..Given::default()
    }
}

/// The code as it was.
fn before(args: &Args, given: &Given) -> anyhow::Result<Option<Code>> {
    let files = match &args.against {
        Some(revision) => at_revision(revision, &args.paths)?,
        None if args.before.is_empty() => return Ok(None),
        None => files(&args.before)?,
    };
    let code = Code::of(files, given);
    let problems = code.found.iter().flat_map(|found| &found.problems);
    for problem in problems {
        say(&format!("before the change, {problem}"));
    }
    Ok(Some(code))
}

/// Accepts what the baseline file accepts, or writes it.
fn accept(args: &Args, settings: &Settings, checked: &mut Checked) -> anyhow::Result<()> {
    let file = args
        .baseline
        .clone()
        .or_else(|| settings.baseline.clone().map(PathBuf::from));
    let Some(file) = file else {
        match args.update_baseline {
            true => bail!("say which file: --baseline FILE"),
            false => return Ok(()),
        }
    };
    let name = file.display();
    if args.update_baseline {
        let baseline = Baseline::of(&checked.findings);
        std::fs::write(&file, baseline.to_text()).with_context(|| name.to_string())?;
        baseline.accept(&mut checked.findings);
        return Ok(());
    }
    let text = std::fs::read_to_string(&file)
        .with_context(|| format!("{name}; `--update-baseline` writes it"))?;
    let baseline = Baseline::parse(&text).map_err(|error| anyhow!("{name}: {error}"))?;
    let mended = baseline.accept(&mut checked.findings).len();
    if mended > 0 {
        say(&format!(
            "{mended} of the findings in {name} are mended; `--update-baseline` takes them out"
        ));
    }
    Ok(())
}

/// Changes the files that can be mended.
fn fix(checked: &Checked, code: &Code, given: &Given) -> anyhow::Result<()> {
    let (mended, refused) = mend(&checked.findings, &code.texts, given);
    for file in &mended {
        std::fs::write(&*file.file, &file.text).with_context(|| file.file.to_string())?;
        say(&format!(
            "{}: mended {}; check it again",
            file.file, file.findings
        ));
    }
    for file in &refused {
        say(&format!(
            "{file}: left as it is: its edits could not be proved to grant no more"
        ));
    }
    if mended.is_empty() && refused.is_empty() {
        say("nothing can be mended without a decision of yours");
    }
    Ok(())
}
