use serde_json::json;

use crate::world::{World, advance, service};

#[tokio::test(start_paused = true)]
async fn a_second_creation_answers_the_cluster_that_is_there() {
    let world = World::default();
    let input = json!({"clusterName": "a", "tags": [{"key": "k", "value": "v"}]});
    let first = world.ecs("CreateCluster", input.clone());
    assert_eq!(first["cluster"]["clusterArn"], "arn:aws:ecs:ap-northeast-2:123456789012:cluster/a");
    assert_eq!(first["cluster"]["settings"], json!([{"name": "containerInsights", "value": "disabled"}]));
    assert_eq!(world.ecs("CreateCluster", input), first);
}

#[tokio::test(start_paused = true)]
async fn settings_configuration_and_tags_are_shown_only_where_asked_for() {
    let world = World::default();
    let configuration = json!({"executeCommandConfiguration": {"logging": "DEFAULT"}});
    world.ecs(
        "CreateCluster",
        json!({"clusterName": "a", "configuration": configuration, "tags": [{"key": "k", "value": "v"}]}),
    );
    let plain = world.ecs("DescribeClusters", json!({"clusters": ["a"]}))["clusters"][0].clone();
    assert_eq!((&plain["settings"], &plain["tags"]), (&json!([]), &json!([])));
    assert!(plain.get("configuration").is_none());

    let include = ["SETTINGS", "CONFIGURATIONS", "TAGS"];
    let full =
        world.ecs("DescribeClusters", json!({"clusters": ["a"], "include": include}))["clusters"][0].clone();
    assert_eq!(full["settings"][0]["value"], "disabled");
    assert_eq!(full["configuration"], configuration);
    assert_eq!(full["tags"], json!([{"key": "k", "value": "v"}]));
}

#[tokio::test(start_paused = true)]
async fn a_missing_cluster_is_a_failure_to_describe_and_a_refusal_otherwise() {
    let world = World::default();
    let answer = world.ecs("DescribeClusters", json!({"clusters": ["no"]}));
    let arn = "arn:aws:ecs:ap-northeast-2:123456789012:cluster/no";
    assert_eq!(answer, json!({"clusters": [], "failures": [{"arn": arn, "reason": "MISSING"}]}));
    for operation in ["DeleteCluster", "UpdateCluster"] {
        let refusal = world.refused(operation, json!({"cluster": "no"}));
        assert_eq!(refusal, "ClusterNotFoundException: Cluster not found.");
    }
    let elsewhere = world.refused("DeleteCluster", json!({"cluster": "arn:aws:ecs:us-east-1:1:cluster/no"}));
    assert_eq!(elsewhere, "ClusterNotFoundException: Cluster not found.");
}

#[tokio::test(start_paused = true)]
async fn a_cluster_is_deleted_only_once_its_services_are_inactive() {
    let world = World::new();
    world.create(json!({}));
    let delete = || world.call("ecs", "DeleteCluster", json!({"cluster": "test"}));
    assert_eq!(delete().unwrap_err().code, "ClusterContainsServicesException");
    world.ecs("DeleteService", json!({"cluster": "test", "service": "web", "force": true}));
    assert_eq!(delete().unwrap_err().code, "ClusterContainsServicesException");
    advance(60).await;
    assert_eq!(delete().unwrap()["cluster"]["status"], "INACTIVE");
}

#[tokio::test(start_paused = true)]
async fn a_deleted_cluster_is_inactive_for_an_hour_and_its_name_is_free() {
    let world = World::new();
    world.ecs("DeleteCluster", json!({"cluster": "test"}));
    let describe = || world.ecs("DescribeClusters", json!({"clusters": ["test"]}));
    assert_eq!(describe()["clusters"][0]["status"], "INACTIVE");
    assert_eq!(world.ecs("ListClusters", json!({}))["clusterArns"], json!([]));
    assert!(world.refused("CreateService", service(json!({}))).starts_with("ClusterNotFoundException"));
    advance(3600).await;
    assert_eq!(describe()["failures"][0]["reason"], "MISSING");

    world.ecs("CreateCluster", json!({"clusterName": "test"}));
    world.ecs("DeleteCluster", json!({"cluster": "test"}));
    world.ecs("CreateCluster", json!({"clusterName": "test"}));
    assert_eq!(describe()["clusters"][0]["status"], "ACTIVE");
}

#[tokio::test(start_paused = true)]
async fn capacity_providers_are_put_as_a_whole_and_a_strategy_draws_on_them() {
    let world = World::new();
    let put = |providers: &[&str], strategy: serde_json::Value| {
        let input = json!({
            "cluster": "test", "capacityProviders": providers, "defaultCapacityProviderStrategy": strategy,
        });
        world.call("ecs", "PutClusterCapacityProviders", input)
    };
    let answer =
        put(&["FARGATE", "FARGATE_SPOT"], json!([{"capacityProvider": "FARGATE", "weight": 1}])).unwrap();
    let strategy = json!([{"capacityProvider": "FARGATE", "weight": 1, "base": 0}]);
    assert_eq!(answer["cluster"]["defaultCapacityProviderStrategy"], strategy);
    assert!(put(&["other"], json!([])).unwrap_err().message.contains("does not exist"));
    let foreign = put(&["FARGATE"], json!([{"capacityProvider": "FARGATE_SPOT"}]));
    assert!(foreign.unwrap_err().message.contains("not associated with the cluster"));
    assert_eq!(put(&[], json!([])).unwrap()["cluster"]["capacityProviders"], json!([]));
}

#[tokio::test(start_paused = true)]
async fn settings_are_updated_and_other_words_than_aws_s_refused() {
    let world = World::new();
    let set = |value: &str| {
        let settings = json!([{"name": "containerInsights", "value": value}]);
        world.call("ecs", "UpdateClusterSettings", json!({"cluster": "test", "settings": settings}))
    };
    assert_eq!(set("enhanced").unwrap()["cluster"]["settings"][0]["value"], "enhanced");
    assert_eq!(set("on").unwrap_err().code, "InvalidParameterException");
}

#[tokio::test(start_paused = true)]
async fn a_service_connect_namespace_is_shown_by_its_arn_until_it_is_taken_away() {
    let world = World::new();
    let set = |namespace: &str| {
        let defaults = json!({"namespace": namespace});
        world.call("ecs", "UpdateCluster", json!({"cluster": "test", "serviceConnectDefaults": defaults}))
    };
    let arn = set("internal").unwrap()["cluster"]["serviceConnectDefaults"]["namespace"].clone();
    let prefix = "arn:aws:servicediscovery:ap-northeast-2:123456789012:namespace/ns-";
    assert!(arn.as_str().unwrap().starts_with(prefix), "{arn}");
    let missing = set("arn:aws:servicediscovery:ap-northeast-2:123456789012:namespace/ns-none").unwrap_err();
    assert_eq!(missing.code, "NamespaceNotFoundException");
    assert!(set("").unwrap()["cluster"].get("serviceConnectDefaults").is_none());
}

#[tokio::test(start_paused = true)]
async fn lists_come_in_pages_that_together_are_everything() {
    let world = World::default();
    for name in ["a", "b", "c"] {
        world.ecs("CreateCluster", json!({"clusterName": name}));
    }
    let first = world.ecs("ListClusters", json!({"maxResults": 2}));
    assert_eq!(first["clusterArns"].as_array().unwrap().len(), 2);
    let rest = world.ecs("ListClusters", json!({"maxResults": 2, "nextToken": first["nextToken"]}));
    assert_eq!(rest["clusterArns"], json!(["arn:aws:ecs:ap-northeast-2:123456789012:cluster/c"]));
    assert!(rest.get("nextToken").is_none());
    assert!(world.refused("ListClusters", json!({"nextToken": "x"})).contains("Invalid token"));
    assert!(world.refused("ListClusters", json!({"maxResults": 101})).contains("maxResults"));
}

#[tokio::test(start_paused = true)]
async fn tags_are_put_and_taken_away_by_arn() {
    let world = World::new();
    world.create(json!({"tags": [{"key": "a", "value": "1"}]}));
    let arn = "arn:aws:ecs:ap-northeast-2:123456789012:service/test/web";
    world.ecs("TagResource", json!({"resourceArn": arn, "tags": [{"key": "b", "value": "2"}]}));
    world.ecs("UntagResource", json!({"resourceArn": arn, "tagKeys": ["a"]}));
    let left = json!([{"key": "b", "value": "2"}]);
    assert_eq!(world.ecs("ListTagsForResource", json!({"resourceArn": arn}))["tags"], left);
    assert!(world.web().get("tags").is_none());
    let input = json!({"cluster": "test", "services": ["web"], "include": ["TAGS"]});
    assert_eq!(world.ecs("DescribeServices", input)["services"][0]["tags"], left);

    let refused = |arn: &str| {
        let input = json!({"resourceArn": arn, "tags": [{"key": "a", "value": "1"}]});
        world.refused("TagResource", input)
    };
    assert!(refused(&arn.replace("web", "no")).starts_with("ResourceNotFoundException"));
    assert!(refused("arn:aws:ecs:ap-northeast-2:123456789012:service/web").contains("Long arn format"));
    assert!(refused("arn:aws:ecs:ap-northeast-2:123456789012:cluster/no").starts_with("ClusterNotFound"));
}
