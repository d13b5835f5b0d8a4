//! Builds, events, names and tags, where one example of a rule is not enough.

use recon_rules::check;

use super::read;

/// The ids of what is found, without advice, each once.
fn ids(example: &str) -> Vec<String> {
    let stack = read(example).unwrap_or_else(|failed| panic!("{:#?}", failed.problems));
    let mut ids: Vec<String> = check(&stack).iter().map(|finding| finding.rule.id.to_string()).collect();
    // the files of the deployment are not what these cases are about
    ids.retain(|id| !id.starts_with("ART-"));
    ids.sort();
    ids.dedup();
    ids
}

/// A build of these commands, in the privileged project of the base.
fn build(commands: &str) -> String {
    let lines: String = commands.lines().map(|line| format!("        {line}\n")).collect();
    format!(
        "[codebuild.project.api]\ndescription = \"a case\"\n# file: buildspec.yml\nversion: 0.2\nphases:\n  build:\n    commands:\n      - |\n{lines}"
    )
}

#[test]
fn variables_are_followed_as_the_shell_would() {
    for (commands, set) in [
        ("echo $STAGE", true),
        ("echo $NOBODY", false),
        ("echo ${NOBODY:-else}", true),
        (": ${TAG:=latest}\necho $TAG", true),
        ("export A=1 B=2\necho $A $B", true),
        ("A=1 && echo $A; echo $B", false),
        ("for FILE in *; do echo $FILE; done", true),
        ("cat list | while read -r NAME REST; do echo $NAME $REST; done", true),
        ("awk '{ print $NF }' file", true),
        ("echo \\$NOBODY", true),
        ("cat > Dockerfile <<END\nENV A=$NOBODY\nEND", true),
        (". ./env.sh\necho $NOBODY", true),
        ("export $(xargs < .env)\necho $NOBODY", true),
        ("set -euo pipefail\necho $NOBODY", false),
        ("echo $CODEBUILD_BUILD_ID $AWS_REGION $HOME $JAVA_HOME", true),
        ("# echo $NOBODY", true),
    ] {
        let expected: Vec<&str> = if set { vec![] } else { vec!["CB-012"] };
        assert_eq!(ids(&build(commands)), expected, "{commands}");
    }
}

#[test]
fn docker_needs_privileged_mode_only_where_its_daemon_is_asked() {
    let project = "[codebuild.project.api.environment]\nprivileged_mode = false\n";
    for (command, asks) in [
        ("docker build .", true),
        ("sudo docker push image", true),
        ("cd app && DOCKER_BUILDKIT=1 docker build .", true),
        ("docker-compose up", true),
        ("docker login --username AWS", false),
        ("echo docker build", false),
        ("# docker build .", false),
    ] {
        let (_, file) =
            build(command).split_once("# file").map(|(a, b)| (a.to_string(), b.to_string())).unwrap();
        let expected: Vec<&str> = if asks { vec!["CB-002"] } else { vec![] };
        assert_eq!(ids(&format!("{project}# file{file}")), expected, "{command}");
    }
}

#[test]
fn tests_run_twice_only_where_both_steps_run_them() {
    for (commands, twice) in [
        ("./gradlew test\n./gradlew build", true),
        ("./gradlew test\n./gradlew build -x test", false),
        ("./gradlew build", false),
        ("mvn test\nmvn package", true),
        ("mvn test\nmvn -DskipTests package", false),
    ] {
        let steps: String = commands.lines().map(|line| format!("      - {line}\n")).collect();
        let example = format!(
            "[codebuild.project.api]\ndescription = \"a case\"\n# file: buildspec.yml\nversion: 0.2\nphases:\n  build:\n    commands:\n{steps}"
        );
        let expected: Vec<&str> = if twice { vec!["CB-024"] } else { vec![] };
        assert_eq!(ids(&example), expected, "{commands}");
    }
}

#[test]
fn schedules_are_those_that_eventbridge_reads() {
    for (schedule, reads) in [
        ("rate(1 minute)", true),
        ("rate(5 minutes)", true),
        ("rate(1 minutes)", false),
        ("rate(5 minute)", false),
        ("rate(0 days)", false),
        ("rate(five hours)", false),
        ("cron(0 3 * * ? *)", true),
        ("cron(0 3 ? * MON-FRI *)", true),
        ("cron(0 3 * * * *)", false),
        ("cron(0 3 * * *)", false),
        ("every day", false),
    ] {
        let example = format!(
            "[events.rule.nightly]\nname = \"nightly\"\nschedule_expression = \"{schedule}\"\ntargets = [{{ id = \"pipeline\", target = \"codepipeline.pipeline.api\", role = \"start\" }}]\n"
        );
        let expected: Vec<&str> = if reads { vec![] } else { vec!["EV-014"] };
        assert_eq!(ids(&example), expected, "{schedule}");
    }
}

#[test]
fn buckets_have_the_names_that_s3_takes() {
    for (name, takes) in [
        ("a-bucket", true),
        ("a.bucket.of.mine", true),
        ("123-bucket", true),
        ("ab", false),
        ("-bucket", false),
        ("a..bucket", false),
        ("192.168.5.4", false),
        ("xn--bucket", false),
        ("bucket-s3alias", false),
        ("A-bucket", false),
        ("a_bucket", false),
    ] {
        let expected: Vec<&str> = if takes { vec![] } else { vec!["MISC-005"] };
        assert_eq!(ids(&format!("[s3.bucket.other]\nname = \"{name}\"\n")), expected, "{name}");
    }
}

#[test]
fn tags_are_judged_alike_for_every_service() {
    let long = "x".repeat(128);
    for (tag, takes) in [
        ("team = \"shop\"".to_string(), true),
        ("\"größe\" = \"ä b/c:d\"".to_string(), true),
        (format!("{long} = \"\""), true),
        (format!("{long}x = \"\""), false),
        (format!("team = \"{long}{long}x\""), false),
        ("\"AWS:team\" = \"shop\"".to_string(), false),
        ("team = \"a;b\"".to_string(), false),
    ] {
        for kind in ["ecs.cluster.main", "ecr.repository.api", "iam.role.task", "s3.bucket.artifacts"] {
            let expected: Vec<&str> = if takes { vec![] } else { vec!["MISC-008"] };
            assert_eq!(ids(&format!("[{kind}]\ntags = {{ {tag} }}\n")), expected, "{kind} {tag}");
        }
    }
}

#[test]
fn what_is_nearly_the_stacks_is_told_from_what_is_another() {
    for (role, expected) in [
        ("codebuild-servcie", vec!["MISC-021"]),
        ("codebuild-service", vec![]),
        ("codebuild-service-2", vec![]),
        ("another-role", vec![]),
    ] {
        let example = format!(
            "[codebuild.project.api]\nservice_role = {{ arn = \"arn:aws:iam::123456789012:role/{role}\" }}\n\n[iam.role.build]\nname = \"codebuild-service\"\n"
        );
        assert_eq!(ids(&example), expected, "{role}");
    }
}
