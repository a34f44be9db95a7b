/// Short English words that are easy to say, to remember and to type: 512, so that each is worth nine bits.
enum WordList {
    static let words: [String] = text.split { $0 == " " || $0 == "\n" }.map(String.init)

    private static let text = """
        able acid acorn actor adapt adult agent alarm album alert alley amber anchor angle ankle apple apron
        arena arrow artist atlas attic autumn awake axis bacon badge bagel baker bamboo banana banjo barn
        barrel basil basin basket beach beacon bean beaver bench berry bicycle bingo birch bird biscuit
        blanket blaze blend bloom blue board boat bonus border bottle boulder bowl bracket branch brass
        bread breeze brick bridge brisk broom brother brush bubble bucket buffalo bundle butter button
        cabbage cabin cactus camel camera candle canoe canvas canyon captain caramel carbon cargo carpet
        carrot castle catalog cedar cellar cement central cereal chalk chapter charm cheese cherry chest
        chicken chimney chorus cider cinema circle citrus city clay clever cliff clock cloud clover coast
        cobalt coconut coffee column comet compass copper coral corner cotton couch county cousin cradle
        crane crater crayon cream cricket crisp crown crystal cube cupboard curtain cushion cycle daisy
        dancer dawn decade deer delta desert desk diamond dinner dolphin donkey door double dragon drawer
        dream drift drum eagle early earth east echo edge elbow elder elephant ember emerald empty engine
        envelope evening exit fabric falcon family farmer feather fence fern ferry festival fiddle field
        finger finish fiction flag flame flask fleet floor flour flower flute foam forest fork fossil
        fountain fox frame fresh frost fruit galaxy gallery garden garlic gentle giant ginger giraffe
        glacier glass globe glove gold goose grain granite grape grass gravel green guitar hammer hammock
        harbor harvest hazel hedge helmet herald heron hidden hill hockey holiday honey horizon horse hotel
        humble hundred hybrid igloo index indigo ink insect island ivory jacket jaguar jasmine jelly jewel
        jigsaw jolly journal juice jungle juniper kayak kettle kitchen kite kitten koala label ladder lagoon
        lake lamp lantern laptop lattice laurel lava lawn leaf lemon lentil letter lever library lilac lily
        lime linen lion lizard llama lobster locker lotus lumber lunar lunch magnet mango maple marble
        margin market marsh mason meadow medal melody melon mentor metal meteor middle milk mineral mint
        mirror mitten mobile moment monkey moon morning mosaic motor mountain mouse muffin mural museum
        music napkin narrow nectar needle nephew nest nickel noble noodle north novel number nutmeg oak
        oasis oat ocean octagon office olive onion opal opera orange orbit orchard orchid organ otter oval
        oven owl oyster paddle page palace panda panel paper parade parcel park parrot pasta patio peach
        peanut pear pebble pelican pencil penguin pepper piano picnic pigeon pillow pilot pine pixel planet
        plaza plum pocket poem polar pond pony poplar poppy portrait potato prairie prism pudding pumpkin
        puppet purple puzzle quail quarry quartz quiet quilt rabbit radar radio raft rain raven ribbon rice
        ridge river robin rocket roof rose rubber ruby saddle saffron sail salad salmon salt sand sandal
        satin saturn saucer scarf season seed shadow shark sheep shelf shell shoe shore silver singer skate
        slope smile snow soap sofa solar spark spice spider spoon spring square squirrel stable star station
        steam stone storm straw stream sugar summer swan table tango teapot temple tennis thunder tiger
        timber toast tomato topaz torch tower trail train tulip tunnel turtle umbrella valley vanilla
        """
}
