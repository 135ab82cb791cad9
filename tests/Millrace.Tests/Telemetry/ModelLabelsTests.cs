using Millrace.Engine.Telemetry;

namespace Millrace.Tests.Telemetry;

public sealed class ModelLabelsTests
{
    [Fact]
    public void A_model_has_a_series_of_its_own_once_it_has_answered_and_keeps_it()
    {
        var labels = new ModelLabels();

        Assert.Equal("other", labels.Of("invented", hasAnswered: false));
        Assert.Equal("real", labels.Of("real", hasAnswered: true));
        Assert.Equal("real", labels.Of("real", hasAnswered: false));
    }

    [Fact]
    public void After_a_hundred_models_and_for_names_that_are_none_there_is_one_series()
    {
        var labels = new ModelLabels();
        for (var n = 1; n <= 100; n++) Assert.Equal($"m{n}", labels.Of($"m{n}", hasAnswered: true));

        Assert.Equal("other", labels.Of("m101", hasAnswered: true));
        Assert.Equal("m7", labels.Of("m7", hasAnswered: true));
        Assert.Equal("other", new ModelLabels().Of(new string('m', 101), hasAnswered: true));
        Assert.Equal("default", ModelLabels.Bare("default?words=3&arguments={}"));
    }
}
